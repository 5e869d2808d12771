"""NumPy's rows. Where NumPy writes into an existing array, `numpy-out` does."""

from functools import partial

import numpy as np

import numpy_training
import peer
from peer import MATMULS, SIZES

VERSION = f"NumPy {np.__version__}"

plain = partial(peer.plain, "numpy")
out = partial(peer.out, "numpy")


def convert(array):
    return array


def axpb(x):
    a, b = np.float32(2.5), np.float32(1.5)
    result = np.empty_like(x)
    return {"numpy": lambda: a * x + b, "numpy-out": lambda: np.add(np.multiply(x, a, out=result), b, out=result)}


def relu(x):
    zero = np.float32(0)
    result = np.empty_like(x)
    return {"numpy": lambda: np.maximum(x, zero), "numpy-out": lambda: np.maximum(x, zero, out=result)}


def greater(x):
    zero = np.float32(0)
    result = np.empty(x.shape, bool)
    return {"numpy": lambda: x > zero, "numpy-out": lambda: np.greater(x, zero, out=result)}


def along(reduce, axis):
    """A reduction along an axis."""
    return plain(lambda x: reduce(x, axis=axis))


def normalised(x, mean, deviation):
    result = np.empty_like(x)
    return {
        "numpy": lambda: (x - mean) / deviation,
        "numpy-out": lambda: np.divide(np.subtract(x, mean, out=result), deviation, out=result),
    }


def copied(view):
    """A copy of a view, into a new array and into one that is there."""

    def row(x):
        result = view(x).copy(order="C")
        return {"numpy": lambda: view(x).copy(order="C"), "numpy-out": lambda: copy_to(result, view(x))}

    return row


def copy_to(result, view):
    np.copyto(result, view)
    return result


def gathered(table, rows):
    result = np.take(table, rows, axis=0)
    return {
        "numpy": lambda: table[rows],
        # With "raise", NumPy would go through a buffer.
        "numpy-out": lambda: np.take(table, rows, axis=0, out=result, mode="clip"),
    }


def einsum(spec):
    return plain(lambda *operands: np.einsum(spec, *operands, optimize="optimal"))


def softmax(x):
    y = np.subtract(x, x.max(axis=-1, keepdims=True))
    np.exp(y, out=y)
    y /= y.sum(axis=-1, keepdims=True)
    return y


def cross_entropy(x, labels):
    shifted = x - x.max(axis=-1, keepdims=True)
    at_labels = shifted[np.arange(len(labels)), labels]
    np.exp(shifted, out=shifted)
    return (np.log(shifted.sum(axis=-1)) - at_labels).mean()


def cross_entropy_gradient(x, labels):
    y = x - x.max(axis=-1, keepdims=True)
    rows = np.arange(len(labels))
    at_labels = y[rows, labels]
    np.exp(y, out=y)
    sums = y.sum(axis=-1, keepdims=True)
    loss = (np.log(sums[:, 0]) - at_labels).mean()
    y /= sums * np.float32(len(labels))
    y[rows, labels] -= np.float32(1 / len(labels))
    return loss, y


def layer_norm(x, weight, bias):
    y = x - x.mean(axis=-1, keepdims=True)
    y /= np.sqrt(np.square(y).mean(axis=-1, keepdims=True) + np.float32(1e-5))
    y *= weight
    y += bias
    return y


def dense(x, weight, bias):
    y = x @ weight
    y += bias
    return np.maximum(y, np.float32(0), out=y)


def stream(draw, dtype):
    """Random numbers, on and on, from the bench's seed."""

    def row():
        plain, into = np.random.default_rng(42), np.random.default_rng(42)
        result = np.empty(10_000_000, dtype)
        return {
            "numpy": lambda: getattr(plain, draw)(10_000_000, dtype=dtype),
            "numpy-out": lambda: getattr(into, draw)(dtype=dtype, out=result),
        }

    return row


ROWS = {
    "sum_f64_10m": plain(np.sum),
    "sum_ax0_4096": along(np.sum, 0),
    "sum_ax1_4096": along(np.sum, 1),
    "mean_last_4096": along(np.mean, -1),
    "var_last_4096": along(np.var, -1),
    **{f"axpb_{size}": axpb for size in SIZES},
    **{f"exp_{size}": out(np.exp) for size in SIZES},
    **{f"tanh_{size}": out(np.tanh) for size in SIZES},
    **{f"relu_{size}": relu for size in SIZES},
    **{f"gt_{size}": greater for size in SIZES},
    **{f"where_{size}": plain(np.where) for size in SIZES},
    "bcast_norm": normalised,
    "bias_add": out(np.add),
    "transpose_copy_4096": copied(np.transpose),
    "strided_sum_4096": plain(lambda x: x[::2, ::2].sum()),
    "reverse_copy_10m": copied(lambda x: x[::-1]),
    "mask_f64_10m": plain(lambda x: x[x > 0]),
    "gather_100k": gathered,
    "argsort_f64_1m": plain(np.argsort),
    "sort_f64_1m": plain(np.sort),
    "cumsum_f64_10m": out(np.cumsum),
    **dict.fromkeys(MATMULS, out(np.matmul)),
    "bmm_f32_32x64": out(np.matmul),
    "bmm_f32_32x64x32x64": out(np.matmul),
    "einsum_bhid_bhjd": einsum("bhid,bhjd->bhij"),
    "einsum_ijk_jl": einsum("ijk,jl->ikl"),
    "einsum_chain": einsum("ij,jk,kl,lm->im"),
    "svd_500x50": plain(lambda a: np.linalg.svd(a, full_matrices=False)),
    "svd_500": plain(lambda a: np.linalg.svd(a, full_matrices=False)),
    "eigh_500": plain(np.linalg.eigh),
    "eig_200": plain(np.linalg.eig),
    "solve_1000": plain(np.linalg.solve),
    "inv_1000": plain(np.linalg.inv),
    "det_1000": plain(lambda a: np.linalg.slogdet(a)[1]),
    "qr_1000x200": plain(np.linalg.qr),
    "softmax_32x10": plain(softmax),
    "softmax_4096x1024": plain(softmax),
    "xent_fwd": plain(cross_entropy),
    "xent_fwdbwd": plain(cross_entropy_gradient),
    "layernorm_512x768": plain(layer_norm),
    "normal_f64_10m": stream("standard_normal", np.float64),
    "uniform_f64_10m": stream("random", np.float64),
    "normal_f32_10m": stream("standard_normal", np.float32),
    "uniform_f32_10m": stream("random", np.float32),
    "dense_32x128x64": plain(dense),
    "dense_256x1024x1024": plain(dense),
    **numpy_training.ROWS,
}
