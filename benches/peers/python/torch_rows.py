"""PyTorch's rows: eager, `torch-out` into an existing tensor, `torch-compile` where fusing pays."""

from functools import partial

import torch
import torch.nn.functional as F

import peer
import torch_training
from peer import MATMULS, SIZES

VERSION = f"PyTorch {torch.__version__}"

convert = torch.from_numpy
plain = partial(peer.plain, "torch")
out = partial(peer.out, "torch")


def axpb(x):
    result = torch.empty_like(x)
    return {"torch": lambda: x.mul(2.5).add_(1.5), "torch-out": lambda: torch.mul(x, 2.5, out=result).add_(1.5)}


def relu(x):
    result = torch.empty_like(x)
    return {"torch": lambda: torch.relu(x), "torch-out": lambda: torch.clamp_min(x, 0.0, out=result)}


def greater(x):
    result = torch.empty(x.shape, dtype=torch.bool)
    return {"torch": lambda: x > 0.0, "torch-out": lambda: torch.gt(x, 0.0, out=result)}


def along(reduce, axis):
    """A reduction along an axis, with and without a result that is there."""
    return out(lambda x, **into: reduce(x, dim=axis, **into))


def variance(x):
    def var(x):
        return torch.var(x, dim=-1, correction=0)

    fused = torch.compile(var)
    return {"torch": lambda: var(x), "torch-compile": lambda: fused(x)}


def normalised(x, mean, deviation):
    result = torch.empty_like(x)
    fused = torch.compile(lambda x, mean, deviation: (x - mean) / deviation)
    return {
        "torch": lambda: (x - mean).div_(deviation),
        "torch-out": lambda: torch.sub(x, mean, out=result).div_(deviation),
        "torch-compile": lambda: fused(x, mean, deviation),
    }


def copied(view):
    """A copy of a view, into a new tensor and into one that is there."""

    def row(x):
        result = view(x).contiguous()
        return {"torch": lambda: view(x).contiguous(), "torch-out": lambda: result.copy_(view(x))}

    return row


def gathered(table, rows):
    result = torch.index_select(table, 0, rows)
    return {
        "torch": lambda: torch.index_select(table, 0, rows),
        "torch-out": lambda: torch.index_select(table, 0, rows, out=result),
    }


def svd(a):
    return torch.linalg.svd(a, full_matrices=False)


def cross_entropy_gradient(x, labels):
    x.requires_grad_()

    def differentiate():
        loss = F.cross_entropy(x, labels)
        return loss, *torch.autograd.grad(loss, x)

    return {"torch": differentiate}


def dense(x, weight, bias):
    weight = weight.t().contiguous()
    return {"torch": lambda: F.linear(x, weight, bias).relu_()}


ROWS = {
    "sum_f64_10m": plain(torch.sum),
    "sum_ax0_4096": along(torch.sum, 0),
    "sum_ax1_4096": along(torch.sum, 1),
    "mean_last_4096": along(torch.mean, -1),
    "var_last_4096": variance,
    **{f"axpb_{size}": axpb for size in SIZES},
    **{f"exp_{size}": out(torch.exp) for size in SIZES},
    **{f"tanh_{size}": out(torch.tanh) for size in SIZES},
    **{f"relu_{size}": relu for size in SIZES},
    **{f"gt_{size}": greater for size in SIZES},
    **{f"where_{size}": out(torch.where) for size in SIZES},
    "bcast_norm": normalised,
    "bias_add": out(torch.add),
    "transpose_copy_4096": copied(torch.t),
    "strided_sum_4096": plain(lambda x: x[::2, ::2].sum()),
    "reverse_copy_10m": plain(lambda x: torch.flip(x, [0])),
    "mask_f64_10m": plain(lambda x: x[x > 0]),
    "gather_100k": gathered,
    "argsort_f64_1m": plain(torch.argsort),
    "sort_f64_1m": plain(lambda x: torch.sort(x)[0]),
    "cumsum_f64_10m": along(torch.cumsum, 0),
    **dict.fromkeys(MATMULS, out(torch.mm)),
    "bmm_f32_32x64": out(torch.bmm),
    "bmm_f32_32x64x32x64": out(torch.bmm),
    "einsum_bhid_bhjd": plain(lambda q, k: torch.einsum("bhid,bhjd->bhij", q, k)),
    "einsum_ijk_jl": plain(lambda a, b: torch.einsum("ijk,jl->ikl", a, b)),
    "einsum_chain": plain(lambda *matrices: torch.linalg.multi_dot(matrices)),
    "svd_500x50": plain(svd),
    "svd_500": plain(svd),
    "eigh_500": plain(torch.linalg.eigh),
    "eig_200": plain(torch.linalg.eig),
    "solve_1000": out(torch.linalg.solve),
    "inv_1000": out(torch.linalg.inv),
    "det_1000": plain(lambda a: torch.linalg.slogdet(a)[1]),
    "qr_1000x200": plain(torch.linalg.qr),
    "softmax_32x10": plain(lambda x: torch.softmax(x, -1)),
    "softmax_4096x1024": plain(lambda x: torch.softmax(x, -1)),
    "xent_fwd": plain(F.cross_entropy),
    "xent_fwdbwd": cross_entropy_gradient,
    "layernorm_512x768": plain(lambda x, weight, bias: F.layer_norm(x, (768,), weight, bias)),
    "dense_32x128x64": dense,
    "dense_256x1024x1024": dense,
    **torch_training.ROWS,
}
