"""Writes cases of layers for `tests/nn_layers` to replay: an index, NAME.txt, and numbers, NAME.bin, in the same order.

The index has a line `case KIND key=value …` per case, and below it a line `ROLE NAME DTYPE SHAPE` per array:
`in` inputs, `param` parameters under their path in nn, `out` outputs, `ct` the gradients of the outputs that the
walk back starts from, `grad` gradients of inputs and parameters, `after` buffers after the step. The numbers are
raw and little-endian. What goes in is float32, so that it is the same in both precisions; what comes out was
computed in float64 from it.

What is drawn on both sides is not stored: `draw in NAME SHAPE`, `draw param NAME SHAPE` and `draw ct NAME SHAPE` stand
for the numbers that `numpy.random.default_rng(number of the case)`, in the order of these lines, draws uniformly from
-1 to 1 and rounds to float32. Parameters have PyTorch's shapes on these lines, and are transposed where nn keeps them
so; their gradients are stored in PyTorch's shapes as well.
"""

import numpy as np
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class Cases:
    def __init__(self):
        self.index, self.numbers, self.count = [], [], 0

    def put(self, role, name, value, dtype="float64"):
        value = value.detach().numpy().astype(dtype)
        shape = ",".join(map(str, value.shape)) or "-"
        self.index.append(f"{role} {name} {dtype} {shape}")
        self.numbers.append(value.astype(np.dtype(dtype).newbyteorder("<")).tobytes())

    def case(self, kind, run, inputs, params={}, fixed={}, buffers={}, **options):
        """Inputs and parameters are shapes by name. `run(both by name)` returns outputs by name, or the one output `y`.
        `fixed` are inputs without gradient, given as tensors; so are `buffers`, which `run` changes in place. There are
        no gradients where the option `mode` is `inference`."""
        rng = np.random.default_rng(self.count)
        self.count += 1
        self.index.append(" ".join(["case", kind] + [f"{k}={v}" for k, v in options.items()]))

        def draw(role, name, shape):
            self.index.append(f"draw {role} {name} {','.join(map(str, shape)) or '-'}")
            return torch.tensor(rng.uniform(-1, 1, shape).astype(np.float32).astype(np.float64))

        leaves = {name: draw("in", name, shape).requires_grad_() for name, shape in inputs.items()}
        leaves |= {name: draw("param", name, shape).requires_grad_() for name, shape in params.items()}
        for name, value in fixed.items():
            self.put("in", name, value, "float32")
        for name, value in buffers.items():
            self.put("param", name, value, "float32")
        buffers = {name: value.clone() for name, value in buffers.items()}
        outputs = run({**leaves, **fixed, **buffers})
        outputs = outputs if isinstance(outputs, dict) else {"y": outputs}
        loss = 0
        for name, value in outputs.items():
            self.put("out", name, value)
            loss = loss + (value * draw("ct", name, value.shape)).sum()
        if options.get("mode") != "inference":
            gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
            for name, gradient in zip(leaves, gradients):
                if gradient is not None:
                    self.put("grad", name, gradient)
        for name, value in buffers.items():
            self.put("after", name, value)

    def module(self, kind, module, run, inputs, fixed={}, **options):
        """A case of a torch.nn.Module: its parameters are drawn, under their names."""
        params = {name: tuple(p.shape) for name, p in module.named_parameters()}

        def call(values):
            of_module = {name: values[name] for name in params}
            wrapped = lambda *args, **kwargs: torch.func.functional_call(module, of_module, args, kwargs)
            return run(wrapped, values)

        self.case(kind, call, inputs, params, fixed, **options)

    def save(self, name):
        with open(f"tests/reference/data/{name}.txt", "w") as file:
            file.write("\n".join(self.index) + "\n")
        with open(f"tests/reference/data/{name}.bin", "wb") as file:
            file.write(b"".join(self.numbers))
        print(name, self.count, "cases,", sum(map(len, self.numbers)), "bytes")
