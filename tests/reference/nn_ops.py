"""Operations, activations and losses of nn against PyTorch: values, gradients, and Hessian-vector products.

Written with PyTorch 2.15. From the project's root: python3 tests/reference/nn_ops.py
Writes tests/reference/data/nn_ops.txt, as `nn_cases.py` describes. The name of a case is KIND(PARAMETER,…)@NUMBER; its
arrays are the inputs x0, x1, …, the value y, the gradient ct that the walk back starts from, the inputs' gradients
g0, g1, …, a vector v0, v1, … and its product h0, h1, … with the Hessian of Σ ct·y; no h where that is 0. Integers i0, …
are labels and positions, m0 masks, c0 inputs without gradient. Everything is computed in float64, from inputs that float32 holds too.
"""

import math

import torch
import torch.nn.functional as F
from nn_cases import Cases

torch.set_num_threads(1)
torch.manual_seed(0)
cases = Cases()
numbers = {}


def rounded(tensor):
    return tensor.float().double()


def uniform(shape, low=-2.0, high=2.0):
    return rounded(torch.rand(shape, dtype=torch.float64) * (high - low) + low)


def values(*numbers):
    return rounded(torch.tensor(numbers, dtype=torch.float64))


def case(kind, run, *inputs, params=(), integers=(), mask=None, constant=None, twice=True):
    """`run(*inputs)` gives the value. `twice`: whether there is a second derivative, and PyTorch has it."""
    inputs = [x.clone().requires_grad_() for x in inputs]
    y = run(*inputs)
    ct, vector = uniform(y.shape, -1, 1), [uniform(x.shape, -1, 1) for x in inputs]
    arrays = {f"x{i}": x for i, x in enumerate(inputs)} | {"y": y, "ct": ct}
    gradients = torch.autograd.grad((y * ct).sum(), inputs, create_graph=twice, allow_unused=True)
    gradients = [torch.zeros_like(x) if g is None else g for g, x in zip(gradients, inputs)]
    arrays |= {f"g{i}": g for i, g in enumerate(gradients)}
    if twice:
        arrays |= {f"v{i}": v for i, v in enumerate(vector)}
        along = sum((g * v).sum() for g, v in zip(gradients, vector))
        seconds = torch.autograd.grad(along, inputs, allow_unused=True) if along.requires_grad else [None] * len(inputs)
        seconds = [torch.zeros_like(x) if h is None else h for h, x in zip(seconds, inputs)]
        if any(h.abs().max() > 0 for h in seconds if h.numel()):
            arrays |= {f"h{i}": h for i, h in enumerate(seconds)}
    arrays |= {f"i{i}": tensor for i, tensor in enumerate(integers)}
    if mask is not None:
        arrays["m0"] = mask.long()
    if constant is not None:
        arrays["c0"] = constant
    name = kind + (f"({','.join(str(p) for p in params)})" if len(params) else "")
    numbers[name] = numbers.get(name, 0) + 1
    cases.add(f"{name}@{numbers[name]}", torch.float64, **arrays)


# Functions of one element, each on its interval.

for kind, f, low, high in [
    ("exp", torch.exp, -2, 2),
    ("exp2", torch.exp2, -2, 2),
    ("expm1", torch.expm1, -2, 2),
    ("ln", torch.log, 0.1, 4),
    ("log1p", torch.log1p, -0.8, 3),
    ("log2", torch.log2, 0.1, 4),
    ("log10", torch.log10, 0.1, 4),
    ("sqrt", torch.sqrt, 0.1, 4),
    ("square", torch.square, -2, 2),
    ("reciprocal", torch.reciprocal, 0.2, 3),
    ("abs", torch.abs, -2, 2),
    ("neg", torch.neg, -2, 2),
    ("sin", torch.sin, -4, 4),
    ("cos", torch.cos, -4, 4),
    ("tan", torch.tan, -1.3, 1.3),
    ("asin", torch.asin, -0.9, 0.9),
    ("acos", torch.acos, -0.9, 0.9),
    ("atan", torch.atan, -3, 3),
    ("sinh", torch.sinh, -3, 3),
    ("cosh", torch.cosh, -3, 3),
    ("tanh", torch.tanh, -3, 3),
    ("asinh", torch.asinh, -3, 3),
    ("acosh", torch.acosh, 1.2, 4),
    ("atanh", torch.atanh, -0.9, 0.9),
    ("erf", torch.erf, -2.5, 2.5),
    ("sigmoid", torch.sigmoid, -5, 5),
    ("relu", torch.relu, -2, 2),
]:
    case(kind, f, uniform((2, 4), low, high))
    case(kind, f, uniform((), low, high))

for kind, f in [("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("erf", torch.erf)]:
    case(kind, f, values(-30, -9, -1e-4, 0, 1e-4, 9, 30))
for kind, f in [("abs", torch.abs), ("relu", torch.relu), ("square", torch.square)]:
    case(kind, f, values(-1, -0.0, 0, 1e-30, 3))

for p in [-1.5, -1, 0, 0.5, 1, 2, 3]:
    case("powf", lambda x: x**p, uniform((5,), 0.2, 2), params=[p])
case("powf", lambda x: x**3, uniform((5,)), params=[3])
case("pow", torch.pow, uniform((2, 3), 0.2, 2), uniform((2, 3)))
case("pow", torch.pow, uniform((2, 1), 0.2, 2), uniform((3,)))
case("pow", torch.pow, values(0, 0, 2), values(2, 0, 0), twice=False)

# Two operands.

for a, b in [((2, 3), (2, 3)), ((2, 1, 3), (2, 1)), ((), (3,))]:
    case("add", torch.add, uniform(a), uniform(b))
    case("sub", torch.sub, uniform(a), uniform(b))
    case("mul", torch.mul, uniform(a), uniform(b))
    case("div", torch.div, uniform(a), uniform(b, 0.5, 2))
    case("maximum", torch.maximum, uniform(a), uniform(b))
    case("minimum", torch.minimum, uniform(a), uniform(b))
    case("where", lambda x, y: torch.where(torch.tensor([True, False, True]), x, y), uniform(a), uniform(b))
case("maximum", torch.maximum, values(1, 2, 3, 0), values(1, 3, 2, -0.0))
case("minimum", torch.minimum, values(1, 2, 3, 0), values(1, 3, 2, -0.0))
case("clip", lambda x: x.clamp(-1, 0.5), uniform((2, 4)), params=[-1, 0.5])
case("clip", lambda x: x.clamp(-1, 0.5), values(-2, -1, 0, 0.5, 1), params=[-1, 0.5])
case("clip", lambda x: x.clamp(min=0.25), uniform((5,)), params=[0.25, "inf"])
mask = torch.tensor([[True, False, True], [False, False, True]])
case("masked_fill", lambda x: x.masked_fill(mask, 1.5), uniform((2, 3)), params=[1.5], mask=mask)
case("masked_fill", lambda x: x.masked_fill(mask[0], -3), uniform((2, 3)), params=[-3], mask=mask[0])
case("masked_select", lambda x: x.masked_select(mask), uniform((2, 3)), mask=mask)
case("masked_select", lambda x: x[mask[:, 2]], uniform((2, 3)), mask=mask[:, 2])

for a, b in [((2, 3), (3, 4)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (3, 3, 1))]:
    case("matmul", torch.matmul, uniform(a), uniform(b))
for shape in [(3,), (2, 3), (2, 2, 3)]:
    case("linear", lambda x, w, b: x @ w + b, uniform(shape), uniform((3, 2)), uniform((2,)))

# Activations.

edges = values(-40, -3, -1, -1e-3, -0.0, 0, 1e-3, 1, 3, 40)
for x in [uniform((2, 5), -3, 3), uniform((3, 1, 2), -6, 6), edges]:
    for slope in [0.01, 0.2]:
        case("leaky_relu", lambda x: F.leaky_relu(x, slope), x, params=[slope])
    for alpha in [1.0, 0.5]:
        case("elu", lambda x: F.elu(x, alpha), x, params=[alpha], twice=x is not edges)
    case("gelu", F.gelu, x)
    case("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), x)
    case("silu", F.silu, x)
    for beta, threshold in [(1, 20), (2, 3)]:
        case("softplus", lambda x: F.softplus(x, beta, threshold), x, params=[beta, threshold])
    for low, high in [(-1, 1), (-0.5, 0.25)]:
        case("hardtanh", lambda x: F.hardtanh(x, low, high), x, params=[low, high])
for x in [uniform((3, 4)), uniform((2, 3, 2), -4, 4), values(1000, 0, -1000, 999).reshape(2, 2)]:
    for axis in range(-x.ndim, 0):
        case("softmax", lambda x: x.softmax(axis), x, params=[axis])
        case("log_softmax", lambda x: x.log_softmax(axis), x, params=[axis])

# Reductions. Parameters are axes joined by `:`, or `all`, and what else there is.


def axes_of(shape):
    return [None] + [axes for axes in [(0,), (-1,), (0, 2)] if len(shape) > max(axes)]


def text(axes):
    return "all" if axes is None else ":".join(map(str, axes))


for shape in [(2, 3, 2), (4,)]:
    for axes in axes_of(shape):
        x = lambda low=-2, high=2: uniform(shape, low, high)
        every = tuple(range(len(shape))) if axes is None else axes
        case("sum", lambda x: x.sum(every), x(), params=[text(axes)])
        case("mean", lambda x: x.mean(every), x(), params=[text(axes)])
        case("logsumexp", lambda x: x.logsumexp(every), x(), params=[text(axes)])
        case("max", lambda x: x.amax(every), x(), params=[text(axes)])
        case("min", lambda x: x.amin(every), x(), params=[text(axes)])
        for ddof in [0, 1]:
            case("var", lambda x: x.var(every, correction=ddof), x(), params=[text(axes), ddof])
            case("std", lambda x: x.std(every, correction=ddof), x(), params=[text(axes), ddof])
        for p in [1, 2, 3, "inf"]:
            case("norm", lambda x: torch.linalg.vector_norm(x, float(p), every), x(), params=[text(axes), p])
ties = values(2, 1, 2, 1, 0, 2).reshape(2, 3)
for axes in [None, (0,), (1,)]:
    every = (0, 1) if axes is None else axes
    # Three equal elements share gradients evenly, but a derivative along a direction is made of pairs.
    case("max", lambda x: x.amax(every), ties, params=[text(axes)], twice=axes is not None)
    case("min", lambda x: x.amin(every), ties, params=[text(axes)])
case("logsumexp", lambda x: x.logsumexp((1,)), values(90, 89, -90, -91).reshape(2, 2), params=["1"])
zeros = torch.zeros(3, dtype=torch.float64)
case("norm", lambda x: torch.linalg.vector_norm(x, 2), zeros, params=["all", 2], twice=False)
case("norm", lambda x: torch.linalg.vector_norm(x, 1), zeros, params=["all", 1], twice=False)
case("std", lambda x: x.std(correction=1), zeros, params=["all", 1], twice=False)
for axis in [0, -1]:
    case("cumsum", lambda x: x.cumsum(axis), uniform((3, 4)), params=[axis])
    case("sort", lambda x: x.sort(stable=True, dim=axis).values, uniform((3, 4)), params=[axis])
    case("topk", lambda x: x.topk(2, axis).values, uniform((3, 4)), params=[2, axis])

# The same elements elsewhere. Settings that stand in the test as well have a name each.

x = lambda *shape: uniform(shape)
case("expand", lambda x: x.expand(2, 3, 4), x(3, 1))
case("reshape", lambda x: x.reshape(3, 4), x(2, 6))
case("permute", lambda x: x.permute(2, 0, 1), x(2, 3, 2))
case("swapaxes", lambda x: x.swapaxes(0, -1), x(2, 3, 2))
case("slice", lambda x: x[1:3, None, 0], x(4, 3))
case("flip", lambda x: x.flip(0, 2), x(2, 3, 2))
case("roll", lambda x: x.roll((1, -2), (0, 1)), x(3, 4))
case("concatenate", lambda a, b: torch.cat([a, b, a], 1), x(2, 2), x(2, 1))
case("stack", lambda a, b: torch.stack([a, b], -1), x(2, 2), x(2, 2))
case("split", lambda x: x.split(2, 1)[1] * x.split(2, 1)[0], x(2, 6))
for mode, name in [("constant", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")]:
    fill = {"value": 1.5} if mode == "constant" else {}
    case("pad", lambda x: F.pad(x, (1, 2), mode, **fill), x(1, 2, 3), params=[name, 1, 2])
    case("pad", lambda x: F.pad(x, (2, 0, 1, 2), mode, **fill), x(1, 1, 3, 3), params=[name, 1, 2, 2, 0])
rows = torch.tensor([[2, 0], [3, 2]])
case("take", lambda x: x[rows], x(4, 3), params=[0], integers=[rows])
case("take", lambda x: x[:, rows], x(2, 4), params=[-1], integers=[rows])
case("gather", lambda x: x.gather(0, rows), x(4, 2), params=[0], integers=[rows])
case("gather", lambda x: x.gather(1, rows), x(2, 4), params=[1], integers=[rows])
case("scatter", lambda x, v: x.scatter(1, rows, v), x(2, 4), x(2, 2), params=[1], integers=[rows])
case("scatter_add", lambda x, v: x.scatter_add(0, rows, v), x(4, 2), x(2, 2), params=[0], integers=[rows])
case("scatter_add", lambda x, v: x.scatter_add(1, rows * 0 + 1, v), x(2, 4), x(2, 2), params=[1], integers=[rows * 0 + 1])

# Losses, with each reduction.

for reduction in ["mean", "sum", "none"]:
    r = {"reduction": reduction}
    loss = lambda kind, run, *inputs, params=(), **more: case(kind, run, *inputs, params=[reduction, *params], **more)

    logits, probabilities = uniform((4, 3), -3, 3), uniform((4, 3), 0, 1).softmax(-1)
    labels, weights = torch.tensor([2, 0, 1, 2]), values(0.5, 2, 1.25)
    for w in [None, weights]:
        for smoothing in [0, 0.25]:
            for ignored in ["-", 2]:
                ignore = {} if ignored == "-" else {"ignore_index": ignored}
                loss("cross_entropy", lambda x: F.cross_entropy(x, labels, w, label_smoothing=smoothing, **ignore, **r), uniform((4, 3), -3, 3), params=[int(w is not None), smoothing, ignored], integers=[labels])
            q = rounded(uniform((4, 3), -1, 1).softmax(-1))
            loss("cross_entropy_of_probabilities", lambda x: F.cross_entropy(x, q, w, label_smoothing=smoothing, **r), uniform((4, 3), -3, 3), params=[int(w is not None), smoothing], constant=q)
        for ignored in ["-", 0]:
            ignore = {} if ignored == "-" else {"ignore_index": ignored}
            loss("nll", lambda x: F.nll_loss(x, labels, w, **ignore, **r), uniform((4, 3), -3, 0), params=[int(w is not None), ignored], integers=[labels])
    deep = torch.tensor([[0, 1, 2], [2, 2, 1]])
    loss("cross_entropy", lambda x: F.cross_entropy(x.movedim(-1, 1), deep, **r), uniform((2, 3, 3)), params=[0, 0, "-"], integers=[deep])
    loss("cross_entropy", lambda x: F.cross_entropy(x, labels[:2], **r), values(1000, 0, -1000, 5, 5, 5).reshape(2, 3), params=[0, 0, "-"], integers=[labels[:2]])
    loss("cross_entropy", lambda x: F.cross_entropy(x, labels[:2] * 0 + 1, ignore_index=1, **r), uniform((2, 3)), params=[0, 0, 1], integers=[labels[:2] * 0 + 1], twice=False)

    pair = lambda: (uniform((2, 3)), uniform((2, 3)))
    equal = (values(1, 2, 0, -1), values(1, 3, 1, -1.5))
    for inputs in [pair(), equal]:
        loss("mse", lambda x, y: F.mse_loss(x, y, **r), *inputs)
        loss("mae", lambda x, y: F.l1_loss(x, y, **r), *inputs)
        for delta in [1.0, 0.5]:
            loss("huber", lambda x, y: F.huber_loss(x, y, delta=delta, **r), *inputs, params=[delta])
            loss("smooth_l1", lambda x, y: F.smooth_l1_loss(x, y, beta=delta, **r), *inputs, params=[delta])
    loss("smooth_l1", lambda x, y: F.smooth_l1_loss(x, y, beta=0.0, **r), *pair(), params=[0])

    p, y = uniform((2, 3), 0.05, 0.95), uniform((2, 3), 0, 1)
    loss("bce", lambda p, y: F.binary_cross_entropy(p, y, **r), p, y)
    loss("bce", lambda p, y: F.binary_cross_entropy(p, y, **r), values(0, 1, 0, 1, 0.5), values(0, 1, 1, 0, 1), twice=False)
    for w in [1.0, 2.5]:
        logits = lambda x, y: F.binary_cross_entropy_with_logits(x, y, pos_weight=torch.tensor(w), **r)
        loss("bce_with_logits", logits, uniform((2, 3), -4, 4), y, params=[w])
        loss("bce_with_logits", logits, values(-200, -30, 0, 30, 200), values(1, 0, 1, 1, 0), params=[w])
    loss("kl_divergence", lambda x, y: F.kl_div(x, y, **r), uniform((2, 3), -3, 0), uniform((2, 3), 0.1, 1), params=[0])
    loss("kl_divergence", lambda x, y: F.kl_div(x, y, log_target=True, **r), uniform((2, 3), -3, 0), uniform((2, 3), -3, 0), params=[1])
    loss("hinge", lambda x, y: {"mean": torch.mean, "sum": torch.sum, "none": lambda l: l}[reduction](torch.relu(1.5 - x * y)), *pair(), params=[1.5])
    signs = values(1, -1, 1, -1)
    for margin in [1.0, 0.4]:
        loss("hinge_embedding", lambda x: F.hinge_embedding_loss(x, signs, margin, **r), uniform((4,), 0, 2), params=[margin])
    for margin in [0.0, 0.3]:
        loss("cosine_embedding", lambda a, b: F.cosine_embedding_loss(a, b, signs, margin, **r), uniform((4, 3)), uniform((4, 3)), params=[margin])
    for margin, p, swap in [(1.0, 2, 0), (2.0, 2, 1), (0.5, 1, 0), (1.5, 3, 1)]:
        loss("triplet_margin", lambda a, p_, n: F.triplet_margin_loss(a, p_, n, margin, p, swap=bool(swap), **r), *(uniform((3, 4)) for _ in range(3)), params=[margin, p, swap])
for shape in [(2, 3), (4,)]:
    case("kl_batch_mean", lambda x, y: F.kl_div(x, y, reduction="batchmean"), uniform(shape, -3, 0), uniform(shape, 0.1, 1))

# Contractions; `;` stands for the comma of a specification.

for spec, *shapes in [
    ("ij;jk->ik", (2, 3), (3, 4)),
    ("bhid;bhjd->bhij", (2, 1, 3, 2), (2, 1, 2, 2)),
    ("ij;ij->i", (2, 3), (2, 3)),
    ("i;j->ij", (2,), (3,)),
    ("ijk;jl->l", (2, 3, 2), (3, 2)),
    ("ij;jk;kl->il", (2, 3), (3, 2), (2, 4)),
    ("...i;...i->...", (2, 1, 3), (4, 3)),
    ("ii->i", (3, 3)),
    ("ij->", (1, 3)),
    ("ij->ji", (2, 3)),
]:
    case("einsum", lambda *v: torch.einsum(spec.replace(";", ","), *v), *(uniform(shape) for shape in shapes), params=[spec])

# Products, also with zeros.

for inputs in [uniform((2, 3)), values(2, 0, 3, 1, 0, 0).reshape(2, 3)]:
    case("prod", lambda x: x.prod(), inputs, params=["all"])
    for axis in [0, -1]:
        case("prod", lambda x: x.prod(axis), inputs, params=[axis])

# Triangles, diagonals, advanced indexing.

case("tril", lambda x: x.tril(1), x(2, 3, 4), params=[1])
case("triu", lambda x: x.triu(-1), x(4, 3), params=[-1])
case("diagonal", lambda x: x.diagonal(1, 0, -1), x(2, 3, 4), params=[1, 0, -1])
case("pick", lambda x: x[[0, 2, 0], [1, 0, 1]], x(3, 2), params=["both"])
case("pick", lambda x: x[[1, 0, 1], :, [0, 0, 2]], x(2, 4, 3), params=["apart"])
case("pick", lambda x: x[:, torch.tensor([True, False, True])], x(2, 3), params=["mask"])
case("t", lambda x: x.permute(2, 1, 0), x(2, 3, 2))
case("expand_dims", lambda x: x[None, :, None] * x, x(3))
case("squeeze", lambda x: x.squeeze(1).exp(), x(3, 1, 2))

cases.save("nn_ops")
print(cases.count, "cases")
