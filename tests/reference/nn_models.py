"""An MLP, a CNN, a GRU and a transformer in PyTorch: the losses of 50 training steps, and weights for others to load.

Written with PyTorch 2.15 and safetensors 0.8. From the project's root: python3 tests/reference/nn_models.py
Writes tests/reference/data/models/losses.txt, a line per model: its name and the losses of the steps; and for all but
the GRU NAME.safetensors, the state_dict after these steps, and NAME.bin, what the model in evaluation then makes of the
first batch, raw little-endian float32.

Everything is float32. Parameters are set to what `numpy.random.default_rng(0)` draws, in the order of their sorted
names: uniformly from -1 to 1, divided by the square root of the last size; vectors are divided by 10, and have 1 added
where they are the weight of a normalisation. Batch i is what `default_rng(100 + i)` draws: see the functions below.

With a path to a folder: python3 tests/reference/nn_models.py FOLDER loads the safetensors files there in place of
training, and compares what they make of the first batch with the stored outputs.
"""

import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

torch.set_num_threads(1)
data = Path("tests/reference/data/models")


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn, self.conv2 = nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.Conv2d(6, 8, 3, padding=1)
        self.head = nn.Linear(72, 5)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.bn(self.conv1(x))), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.head(x.flatten(1))


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.head = nn.GRU(4, 12, batch_first=True), nn.Linear(12, 4)

    def forward(self, x):
        return self.head(self.gru(x)[0][:, -1])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        block = nn.TransformerEncoderLayer(16, 4, 32, 0.0, "gelu", batch_first=True, norm_first=True)
        self.tokens, self.positions = nn.Embedding(11, 16), nn.Embedding(12, 16)
        self.body = nn.TransformerEncoder(block, 2, nn.LayerNorm(16), enable_nested_tensor=False)
        self.head = nn.Linear(16, 11)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]
        causal = torch.triu(torch.ones(tokens.shape[1], tokens.shape[1]), 1).bool()
        return self.head(self.body(x, mask=causal)).flatten(0, 1)


def greatest(*shape):
    """Uniform inputs, and as the class the position of the greatest of the last elements."""

    def batch(rng):
        x = rng.uniform(-1, 1, shape).astype(np.float32)
        classes = 5 if len(shape) != 3 else 4
        return torch.tensor(x), torch.tensor(x.reshape(shape[0], -1)[:, -classes:].argmax(1))

    return batch


def successors(rng):
    """Random first tokens; each token t is followed by (3·t + 1) mod 11."""
    tokens = rng.integers(0, 11, (4, 1))
    for _ in range(12):
        tokens = np.concatenate([tokens, (3 * tokens[:, -1:] + 1) % 11], 1)
    return torch.tensor(tokens[:, :-1]), torch.tensor(tokens[:, 1:].reshape(-1))


mlp = nn.Sequential(OrderedDict(l1=nn.Linear(16, 32), act=nn.ReLU(), l2=nn.Linear(32, 5)))
models = {
    "mlp": (mlp, lambda p: torch.optim.Adam(p, 3e-3), greatest(16, 16)),
    "cnn": (Cnn(), lambda p: torch.optim.SGD(p, 0.05, momentum=0.9), greatest(8, 1, 12, 12)),
    "gru": (Gru(), lambda p: torch.optim.Adam(p, 5e-3), greatest(8, 10, 4)),
    "transformer": (Transformer(), lambda p: torch.optim.AdamW(p, 3e-3, weight_decay=0.01), successors),
}


def initialize(model):
    rng = np.random.default_rng(0)
    for name, parameter in sorted(model.named_parameters()):
        value = rng.uniform(-1, 1, tuple(parameter.shape))
        if parameter.ndim == 1:
            value = value / 10 + (name.endswith("weight") and ("norm" in name or "bn" in name))
        else:
            value = value / np.sqrt(parameter.shape[-1])
        with torch.no_grad():
            parameter.copy_(torch.tensor(value.astype(np.float32)))


lines = []
for name, (model, optimizer, batch) in models.items():
    first = batch(np.random.default_rng(100))[0]
    if len(sys.argv) > 1:
        path = Path(sys.argv[1]) / f"{name}.safetensors"
        if path.exists():
            # What our files lack is a count that evaluation does not use.
            missing = model.load_state_dict(load_file(path), strict=False)
            assert not missing.unexpected_keys and all("num_batches_tracked" in key for key in missing.missing_keys), missing
            stored = torch.tensor(np.fromfile(data / f"{name}.bin", "<f4"))
            error = ((model.eval()(first).flatten() - stored).abs().max() / stored.abs().max()).item()
            assert error < 1e-5, error
            print(name, "agrees to", error)
        continue
    initialize(model)
    model.train()
    adam, losses = optimizer(model.parameters()), []
    for step in range(50):
        x, y = batch(np.random.default_rng(100 + step))
        loss = F.cross_entropy(model(x), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    lines.append(" ".join([name, *map(repr, losses)]))
    print(name, losses[0], losses[-1])
    if name != "gru":
        data.mkdir(exist_ok=True)
        save_file(model.state_dict(), data / f"{name}.safetensors")
        with torch.no_grad():
            model.eval()(first).numpy().astype("<f4").tofile(data / f"{name}.bin")
if lines:
    (data / "losses.txt").write_text("\n".join(lines) + "\n")
