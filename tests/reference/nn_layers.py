"""Normalisations, embedding and shapes of nn against PyTorch.

Written with PyTorch 2.15. From the project's root: python3 tests/reference/nn_layers.py
Writes tests/reference/data/nn_layers.txt and nn_layers.bin, as `layer_cases.py` describes.
"""

import torch
import torch.nn.functional as F
from layer_cases import Cases

torch.manual_seed(0)
cases = Cases()


def text(shape):
    return "x".join(map(str, shape))


def drawn(*shape):
    return torch.randn(shape, dtype=torch.float32).double()


# Normalisations.

for shape, normalized in [((3, 4), (4,)), ((2, 3, 5), (5,)), ((2, 3, 4), (3, 4)), ((1, 1), (1,)), ((2, 2, 2, 3), (2, 2, 3)), ((7,), (7,))]:
    # A single element's gradient is all cancellation where ε is small.
    for eps in (1e-5, 1e-2) if normalized != (1,) else (0.5, 1.0):
        layer_norm = lambda v: F.layer_norm(v["x"], normalized, v["weight"], v["bias"], eps)
        cases.case("layer_norm", layer_norm, {"x": shape}, {"weight": normalized, "bias": normalized}, shape=text(normalized), eps=eps)
        rms_norm = lambda v: F.rms_norm(v["x"], normalized, v["weight"], eps)
        cases.case("rms_norm", rms_norm, {"x": shape}, {"weight": normalized}, shape=text(normalized), eps=eps)

for shape, groups in [((2, 4, 3), 2), ((2, 4, 3), 1), ((2, 4, 3), 4), ((3, 9), 3), ((2, 6, 2, 3), 2), ((1, 2, 1, 5), 2)]:
    group_norm = lambda v: F.group_norm(v["x"], groups, v["weight"], v["bias"], 1e-5)
    cases.case("group_norm", group_norm, {"x": shape}, {"weight": (shape[1],), "bias": (shape[1],)}, groups=groups)

for shape in [(4, 3), (2, 3, 5), (6, 1), (2, 1, 2), (3, 4, 2, 2), (2, 2, 1, 3), (1, 3, 2, 4)]:
    for mode, momentum, eps in [("training", 0.1, 1e-5), ("training", 0.7, 1e-2), ("inference", 0.1, 1e-5)]:
        channels = shape[1]
        run = lambda v: F.batch_norm(v["x"], v["running_mean"], v["running_var"], v["weight"], v["bias"], mode == "training", momentum, eps)
        statistics = {"running_mean": drawn(channels), "running_var": drawn(channels).exp().float().double()}
        kind = "batch_norm1d" if len(shape) < 4 else "batch_norm2d"
        params = {"weight": (channels,), "bias": (channels,)}
        cases.case(kind, run, {"x": shape}, params, buffers=statistics, mode=mode, momentum=momentum, eps=eps)

# Embedding.

for tokens, width, shape, padding in [(5, 3, (4,), None), (7, 2, (2, 6), None), (7, 2, (2, 6), 3), (3, 4, (2, 2, 2), 0), (4, 1, (), None)]:
    positions = torch.randint(0, tokens, shape)
    run = lambda v: F.embedding(v["tokens"].long(), v["weight"], padding_idx=padding)
    cases.case("embedding", run, {}, {"weight": (tokens, width)}, {"tokens": positions}, padding="-" if padding is None else padding)

# Shapes.

for shape, first, last in [((2, 3, 4), 1, -1), ((2, 3, 4), 0, 1), ((2, 3, 4, 2), -3, -2), ((5,), 0, 0)]:
    cases.case("flatten", lambda v: torch.flatten(v["x"], first, last), {"x": shape}, first=first, last=last)

residual = lambda v: v["x"] + torch.relu(F.linear(v["x"], v["inner.l1.weight"], v["inner.l1.bias"]))
for batch, width in [(4, 3), (1, 2), (2, 1)]:
    cases.case("residual", residual, {"x": (batch, width)}, {"inner.l1.weight": (width, width), "inner.l1.bias": (width,)})

# Dense layers; several axes in front.

for shape, outputs in [((4, 3), 2), ((1, 1), 1), ((2, 3, 4), 3), ((5,), 2)]:
    dense = lambda v: F.linear(v["x"], v["weight"], v["bias"])
    cases.case("dense", dense, {"x": shape}, {"weight": (outputs, shape[-1]), "bias": (outputs,)})

# Two dense layers with an activation between them.

for activation in ("gelu", "tanh"):
    chain = lambda v: F.linear(getattr(torch if activation == "tanh" else F, activation)(F.linear(v["x"], v["l1.weight"], v["l1.bias"])), v["l2.weight"], v["l2.bias"])
    params = {"l1.weight": (5, 3), "l1.bias": (5,), "l2.weight": (2, 5), "l2.bias": (2,)}
    cases.case("sequential", chain, {"x": (4, 3)}, params, activation=activation)

cases.save("nn_layers")
