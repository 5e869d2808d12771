"""A transformer block of PyTorch, looked at from inside: what tests/look_inside.rs compares traces with.

    python3 tests/reference/block.py

Writes, into tests/reference/data/,
  block_weights.safetensors   the state_dict, with PyTorch's names and layout
  block.safetensors           every value of a forward pass by its path, and its gradient by `PATH:grad`; gradients of
                              dense weights are transposed to (in, out)
  block_stats.txt             NumPy's statistics of each of these arrays
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
DATA = Path(__file__).parent / "data"
BATCH, TOKENS, WIDTH, HEADS, HIDDEN = 2, 6, 16, 2, 32


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, x, look):
        def heads(y):
            return y.reshape(BATCH, TOKENS, HEADS, WIDTH // HEADS).permute(0, 2, 1, 3)

        q, k, v = (look(f"attn.{name}", getattr(self, name)(x)) for name in "qkv")
        scores = look("attn.scores", heads(q) @ heads(k).transpose(-1, -2) / (WIDTH // HEADS) ** 0.5)
        pattern = look("attn.pattern", torch.softmax(scores, -1))
        mixed = (pattern @ heads(v)).permute(0, 2, 1, 3).reshape(BATCH, TOKENS, WIDTH)
        return look("attn.out", self.out(mixed))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attn = Attention()
        self.up, self.down = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)

    def forward(self, x, look):
        x = look("middle", x + self.attn(look("ln1", self.ln1(x)), look))
        h = look("act", torch.relu(look("up", self.up(look("ln2", self.ln2(x))))))
        return look("result", x + look("down", self.down(h)))


values = {}


def look(path, value):
    value.retain_grad()
    values[path] = value
    return value


block = Block()
with torch.no_grad():
    for parameter in block.parameters():  # PyTorch's are small, and zero in places
        parameter.add_(0.3 * torch.randn_like(parameter))
x = torch.randn(BATCH, TOKENS, WIDTH, requires_grad=True)
values["x"] = x
result = block(x, look)
loss = look("loss", result.square().mean())
loss.backward()

dense = {f"{name}.weight" for name, layer in block.named_modules() if isinstance(layer, nn.Linear)}
arrays = {path: value.detach() for path, value in values.items()}
arrays |= {f"{path}:grad": value.grad for path, value in values.items()}
arrays |= {f"{p}:grad": v.grad.T if p in dense else v.grad for p, v in block.named_parameters()}
arrays = {name: array.contiguous().clone() for name, array in arrays.items()}
save_file(arrays, DATA / "block.safetensors")
save_file(block.state_dict(), DATA / "block_weights.safetensors")

with open(DATA / "block_stats.txt", "w") as file:
    file.write("# name mean std min max zeros norm, by NumPy in float64\n")
    for name, array in arrays.items():
        a = array.numpy().astype(np.float64)
        figures = [a.mean(), a.std(), a.min(), a.max(), (a == 0).mean(), np.linalg.norm(a.ravel())]
        file.write(" ".join([name, *map(repr, map(float, figures))]) + "\n")
