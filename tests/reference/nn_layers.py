"""Layers of nn against PyTorch: outputs, gradients of everything, and statistics, for each layer in several settings.

Written with PyTorch 2.15. From the project's root: python3 tests/reference/nn_layers.py
Writes tests/reference/data/nn_layers.txt, an index, and nn_layers.bin, the numbers, both in the same order.

The index has a line `case KIND key=value …` per case, and below it a line `ROLE NAME DTYPE SHAPE` per array:
`in` inputs, `param` parameters under their path in nn, `out` outputs, `ct` the gradients of the outputs that the
walk back starts from, `grad` gradients of inputs and parameters, `after` buffers after the step. The numbers are
raw and little-endian. What goes in is float32, so that it is the same in both precisions; what comes out was
computed in float64 from it.

Parameters have nn's shapes here: matrices are (in, out) and are transposed on their way into PyTorch's functions.
"""

import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(0)
index, numbers, count = [], [], 0


def draw(*shape):
    return torch.randn(shape, dtype=torch.float32)


def put(role, name, value, dtype):
    value = value.detach().numpy().astype(dtype)
    shape = ",".join(map(str, value.shape)) or "-"
    index.append(f"{role} {name} {dtype} {shape}")
    numbers.append(value.astype(np.dtype(dtype).newbyteorder("<")).tobytes())


def case(kind, run, inputs, params={}, fixed={}, after={}, **options):
    """`run(inputs and params by name)` returns outputs by name, or the one output `y`. `fixed` are inputs without
    gradient; `after` has buffers by name, which `run` changes in place."""
    global count
    count += 1
    index.append(" ".join(["case", kind] + [f"{k}={v}" for k, v in options.items()]))
    for role, group in (("in", inputs), ("in", fixed), ("param", params), ("param", after)):
        for name, value in group.items():
            put(role, name, value, "float32")
    leaves = {name: value.double().requires_grad_() for name, value in {**inputs, **params}.items()}
    constants = {name: value.double() if value.is_floating_point() else value for name, value in fixed.items()}
    buffers = {name: value.double() for name, value in after.items()}
    outputs = run({**leaves, **constants, **buffers})
    outputs = outputs if isinstance(outputs, dict) else {"y": outputs}
    cotangents = {name: draw(*value.shape) for name, value in outputs.items()}
    for name, value in outputs.items():
        put("out", name, value, "float64")
        put("ct", name, cotangents[name], "float32")
    if options.get("mode") != "inference":
        loss = sum((value * cotangents[name].double()).sum() for name, value in outputs.items())
        gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
        for name, gradient in zip(leaves, gradients):
            if gradient is not None:
                put("grad", name, gradient, "float64")
    for name, value in buffers.items():
        put("after", name, value, "float64")


def text(shape):
    return "x".join(map(str, shape))


# Normalisations.

for shape, normalized in [((3, 4), (4,)), ((2, 3, 5), (5,)), ((2, 3, 4), (3, 4)), ((1, 1), (1,)), ((2, 2, 2, 3), (2, 2, 3)), ((7,), (7,))]:
    params = lambda: {"weight": draw(*normalized), "bias": draw(*normalized)}
    # A single element's gradient is all cancellation where ε is small.
    for eps in (1e-5, 1e-2) if normalized != (1,) else (0.5, 1.0):
        case("layer_norm", lambda v: F.layer_norm(v["x"], normalized, v["weight"], v["bias"], eps), {"x": draw(*shape)}, params(), shape=text(normalized), eps=eps)
        case("rms_norm", lambda v: F.rms_norm(v["x"], normalized, v["weight"], eps), {"x": draw(*shape)}, {"weight": draw(*normalized)}, shape=text(normalized), eps=eps)

for shape, groups in [((2, 4, 3), 2), ((2, 4, 3), 1), ((2, 4, 3), 4), ((3, 9), 3), ((2, 6, 2, 3), 2), ((1, 2, 1, 5), 2)]:
    params = {"weight": draw(shape[1]), "bias": draw(shape[1])}
    case("group_norm", lambda v: F.group_norm(v["x"], groups, v["weight"], v["bias"], 1e-5), {"x": draw(*shape)}, params, groups=groups)

for shape in [(4, 3), (2, 3, 5), (6, 1), (2, 1, 2), (3, 4, 2, 2), (2, 2, 1, 3), (1, 3, 2, 4)]:
    for mode, momentum, eps in [("training", 0.1, 1e-5), ("training", 0.7, 1e-2), ("inference", 0.1, 1e-5)]:
        channels = shape[1]
        run = lambda v: F.batch_norm(v["x"], v["running_mean"], v["running_var"], v["weight"], v["bias"], mode == "training", momentum, eps)
        params = {"weight": draw(channels), "bias": draw(channels)}
        statistics = {"running_mean": draw(channels), "running_var": draw(channels).exp()}
        kind = "batch_norm1d" if len(shape) < 4 else "batch_norm2d"
        case(kind, run, {"x": draw(*shape)}, params, after=statistics, mode=mode, momentum=momentum, eps=eps)

# Embedding.

for tokens, width, shape, padding in [(5, 3, (4,), None), (7, 2, (2, 6), None), (7, 2, (2, 6), 3), (3, 4, (2, 2, 2), 0), (4, 1, (), None)]:
    positions = torch.randint(0, tokens, shape)
    run = lambda v: F.embedding(v["tokens"].long(), v["weight"], padding_idx=padding)
    case("embedding", run, {}, {"weight": draw(tokens, width)}, {"tokens": positions}, padding="-" if padding is None else padding)

# Shapes.

for shape, first, last in [((2, 3, 4), 1, -1), ((2, 3, 4), 0, 1), ((2, 3, 4, 2), -3, -2), ((5,), 0, 0)]:
    case("flatten", lambda v: torch.flatten(v["x"], first, last), {"x": draw(*shape)}, first=first, last=last)

case("residual", lambda v: v["x"] + torch.relu(v["x"] @ v["inner.l1.weight"] + v["inner.l1.bias"]), {"x": draw(4, 3)}, {"inner.l1.weight": draw(3, 3), "inner.l1.bias": draw(3)})

with open("tests/reference/data/nn_layers.txt", "w") as file:
    file.write("\n".join(index) + "\n")
with open("tests/reference/data/nn_layers.bin", "wb") as file:
    file.write(b"".join(numbers))
print(count, "cases,", sum(map(len, numbers)), "bytes")
