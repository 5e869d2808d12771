"""The digits' MLP in NumPy: forward pass, loss and gradients of its first batch, by hand-written derivatives.

Written with NumPy 2.4. From the project's root: python3 tests/reference/mlp.py
Writes tests/reference/data/mlp_float64.bin and mlp_float32.bin: raw little-endian numbers, one after the other:
logits (32, 10), loss, and the gradients of l1.weight (64, 128), l1.bias, l2.weight (128, 10), l2.bias.
"""

import numpy as np

table = np.loadtxt("examples/data/digits.csv", delimiter=",", skiprows=1)
rng = np.random.default_rng(0)
order = rng.permutation(len(table))
limit = lambda fan_in, fan_out: np.sqrt(6 / (fan_in + fan_out))
w1 = rng.uniform(-limit(64, 128), limit(64, 128), (64, 128))
w2 = rng.uniform(-limit(128, 10), limit(128, 10), (128, 10))
batch = table[order[360:][:32]]

for dtype in (np.float64, np.float32):
    x, y = (batch[:, :64] / 16).astype(dtype), batch[:, 64].astype(int)
    v1, v2, b1, b2 = w1.astype(dtype), w2.astype(dtype), np.zeros(128, dtype), np.zeros(10, dtype)
    hidden = np.maximum(x @ v1 + b1, 0)
    logits = hidden @ v2 + b2
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(32), y]))
    g = p.copy()
    g[np.arange(32), y] -= 1
    g /= 32
    gh = (g @ v2.T) * (hidden > 0)
    parts = [logits, loss, x.T @ gh, gh.sum(axis=0), hidden.T @ g, g.sum(axis=0)]
    stored = np.concatenate([np.asarray(part, dtype).ravel() for part in parts])
    stored.astype(stored.dtype.newbyteorder("<")).tofile(f"tests/reference/data/mlp_{np.dtype(dtype).name}.bin")
