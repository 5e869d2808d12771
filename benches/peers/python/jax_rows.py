"""JAX's rows: compiled; `jax-out` gives the memory of the last result away for the next."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import jax_training
import peer
from peer import MATMULS, SIZES

VERSION = f"JAX {jax.__version__}"

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)
# Every result is waited for; handing the work to another thread would only take time.
jax.config.update("jax_cpu_enable_async_dispatch", False)

convert = jax.device_put


def plain(function):
    """One way only."""
    compiled = jax.jit(function)
    return peer.plain("jax", lambda *inputs: jax.block_until_ready(compiled(*inputs)))


def out(function):
    """Into new memory and into that of the last result, which is donated."""

    def row(*inputs):
        fresh = jax.jit(function)
        into = jax.jit(lambda _, *inputs: function(*inputs), donate_argnums=0, keep_unused=True)
        result = fresh(*inputs)

        def again():
            nonlocal result
            result = into(result, *inputs).block_until_ready()
            return result

        return {"jax": lambda: fresh(*inputs).block_until_ready(), "jax-out": again}

    return row


def axpb(x):
    return 2.5 * x + 1.5


def relu(x):
    return jnp.maximum(x, 0.0)


def masked(x):
    # Shapes that depend on values cannot be compiled, and JAX's own `x[x > 0]` is slower than NumPy's numbers.
    pick = jax.jit(lambda x, numbers: x[numbers])
    return {"jax": lambda: pick(x, np.flatnonzero(x > 0.0)).block_until_ready()}


# Arrays of JAX are in row-major order, always: transposed operands are those that the product transposes.
def matmul_tn(a, b):
    return out(lambda a, b: a.T @ b)(a.T, b)


def matmul_nt(a, b):
    return out(lambda a, b: a @ b.T)(a, b.T)


def einsum(spec):
    return out(lambda *operands: jnp.einsum(spec, *operands))


def dense(x, weight, bias):
    return relu(x @ weight + bias)


def svd(a):
    return jnp.linalg.svd(a, full_matrices=False)


def eigh(a):
    return jnp.linalg.eigh(a, symmetrize_input=False)


ROWS = {
    "sum_f64_10m": plain(jnp.sum),
    "sum_ax0_4096": plain(lambda x: x.sum(0)),
    "sum_ax1_4096": plain(lambda x: x.sum(1)),
    "mean_last_4096": plain(lambda x: x.mean(-1)),
    "var_last_4096": plain(lambda x: x.var(-1)),
    **{f"axpb_{size}": out(axpb) for size in SIZES},
    **{f"exp_{size}": out(jnp.exp) for size in SIZES},
    **{f"tanh_{size}": out(jnp.tanh) for size in SIZES},
    **{f"relu_{size}": out(relu) for size in SIZES},
    **{f"gt_{size}": out(lambda x: x > 0.0) for size in SIZES},
    **{f"where_{size}": out(jnp.where) for size in SIZES},
    "bcast_norm": out(lambda x, mean, deviation: (x - mean) / deviation),
    "bias_add": out(jnp.add),
    "transpose_copy_4096": out(jnp.transpose),
    "strided_sum_4096": plain(lambda x: x[::2, ::2].sum()),
    "reverse_copy_10m": out(lambda x: x[::-1]),
    "mask_f64_10m": masked,
    "gather_100k": out(lambda table, rows: table[rows]),
    "argsort_f64_1m": plain(jnp.argsort),
    "sort_f64_1m": plain(jnp.sort),
    "cumsum_f64_10m": out(jnp.cumsum),
    **dict.fromkeys(MATMULS, out(jnp.matmul)),
    "matmul_f32_tn_512": matmul_tn,
    "matmul_f32_nt_512": matmul_nt,
    "bmm_f32_32x64": out(jnp.matmul),
    "bmm_f32_32x64x32x64": out(jnp.matmul),
    "einsum_bhid_bhjd": einsum("bhid,bhjd->bhij"),
    "einsum_ijk_jl": einsum("ijk,jl->ikl"),
    "einsum_chain": einsum("ij,jk,kl,lm->im"),
    "svd_500x50": plain(svd),
    "svd_500": plain(svd),
    "eigh_500": plain(eigh),
    "eig_200": plain(jnp.linalg.eig),
    "solve_1000": plain(jnp.linalg.solve),
    "inv_1000": out(jnp.linalg.inv),
    "det_1000": plain(lambda a: jnp.linalg.slogdet(a)[1]),
    "qr_1000x200": plain(jnp.linalg.qr),
    "softmax_32x10": out(jax.nn.softmax),
    "softmax_4096x1024": out(jax.nn.softmax),
    "xent_fwd": plain(jax_training.cross_entropy),
    "xent_fwdbwd": plain(jax.value_and_grad(jax_training.cross_entropy)),
    "layernorm_512x768": out(jax_training.layer_norm),
    "dense_32x128x64": out(dense),
    "dense_256x1024x1024": out(dense),
    **jax_training.ROWS,
}
