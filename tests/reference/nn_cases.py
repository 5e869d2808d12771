"""Writes cases for Rust tests to replay: named arrays, grouped under named cases, as text.

    case NAME DTYPE
    ARRAY SHAPE HEX

SHAPE is sizes joined by commas, `-` for none; HEX the bits of all elements in row-major order, highest digit first:
8 digits per float32, 16 per float64 and int64. Integers have an `i` before SHAPE. `tests/nn_cases/mod.rs` reads it.
"""

import struct

import torch

BOTH = (torch.float32, torch.float64)


def hexadecimal(tensor):
    code = {torch.float32: ">f", torch.float64: ">d", torch.int64: ">q"}[tensor.dtype]
    return "".join(struct.pack(code, x).hex() for x in tensor.detach().reshape(-1).tolist())


class Cases:
    def __init__(self):
        self.lines = []
        self.count = 0

    def add(self, name, dtype, **arrays):
        self.count += 1
        self.lines.append(f"case {name} {str(dtype).removeprefix('torch.')}")
        for key, tensor in arrays.items():
            kind = "i" if tensor.dtype == torch.int64 else ""
            shape = ",".join(map(str, tensor.shape)) or "-"
            self.lines.append(f"{key} {kind}{shape} {hexadecimal(tensor)}".rstrip())

    def save(self, script):
        path = f"tests/reference/data/{script}.txt"
        with open(path, "w") as file:
            version = torch.__version__.split("+")[0]
            file.write(f"# {self.count} cases by tests/reference/{script}.py, PyTorch {version}\n")
            file.write("\n".join(self.lines) + "\n")
