"""Writes data/messages.txt: what NumPy refuses, and by which exception. Made with NumPy 2.4.6.

Each line: expression|exception. Expressions that NumPy accepts stop the script.
"""

import numpy as np

from cases import save

a = np.zeros((3, 4))


def assign(target, values):
    target.copy()[...] = values


EXPRESSIONS = """
a + np.zeros(3)
np.zeros((2, 3)) - np.zeros((2, 4))
np.maximum(a, np.zeros(3))
a < np.zeros((2, 1, 3))
a == np.zeros((2, 4))
a.astype(bool) & np.zeros(3, bool)
np.add(a, a, out=np.zeros((4, 3)))
assign(a, np.zeros((2, 4)))
np.where(a > 0, np.zeros(3), 0)
np.clip(a, np.zeros(3), 1)
np.array([2, 3]) ** np.array([1, -1])
np.broadcast_to(a, (3, 5))
np.broadcast_to(a, (4,))
np.broadcast_arrays(a, np.zeros(3))
a.reshape(5)
a.reshape(-1, 5)
a.reshape(-1, -1)
a.reshape(-2, -6)
a.transpose(0, 0)
a.transpose(0)
a.transpose(0, 2)
a.swapaxes(0, 2)
np.moveaxis(a, 0, 5)
a.squeeze(0)
np.expand_dims(a, 5)
np.flip(a, 2)
np.rot90(a, 1, (0, 0))
np.concatenate([a, np.zeros((3, 5))])
np.concatenate([a, np.zeros(3)])
np.concatenate([])
np.concatenate([a, a], axis=2)
np.stack([a, a.T])
np.vstack([a, np.zeros(3)])
np.hstack([a, np.zeros((2, 4))])
np.split(np.arange(6), 4)
np.array_split(np.arange(6), 0)
np.tile(a, -1)
np.pad(a, ((1, 1), (1, 1), (1, 1)))
np.delete(np.arange(6), 9)
np.insert(np.arange(6), 9, 0)
np.append(a, np.zeros((2, 5)), axis=0)
np.lib.stride_tricks.sliding_window_view(np.arange(6), 9)
a[3, 0]
a[0, -5]
a[0, 0, 0]
a[..., 0, ...]
a[::0]
a[[0, 3]]
a[[0, 1], [0, 1, 2]]
a[np.zeros(2, bool)]
np.take(np.arange(6), 6)
np.take_along_axis(a, np.arange(3), 0)
np.choose([2], [[1], [3]])
np.compress([0, 0, 0, 1], a, axis=0)
np.nonzero(np.array(1))
a.sum(axis=2)
a.sum(axis=(0, 0))
np.zeros(0).max()
np.zeros((0, 3)).min(axis=0)
np.zeros(0).argmax()
a.cumsum(axis=-3)
np.quantile(np.arange(6), 1.5)
np.average(a, axis=0, weights=np.zeros(4))
np.average(np.arange(3), weights=np.zeros(3))
np.sort(a, axis=2)
np.argsort(a, axis=-3)
np.partition(np.arange(6), 6)
np.lexsort([np.arange(6), np.arange(5)])
np.searchsorted(a, 0)
np.bincount([-1])
a @ a
np.zeros((2, 3, 4)) @ np.zeros((3, 4, 5))
np.array(1.0) @ a
np.einsum("ij,jk->ik", a, a)
np.zeros(-1)
np.zeros((2**40, 2**40))
np.arange(0, 1, 0)
np.linspace(0, 1, -1)
np.diag(np.zeros((2, 2, 2)))
np.tril(np.array(1.0))
np.array([[1, 2], [3]])
np.array([1, 2, 3]).reshape(2, 2)
"""

lines = []
for expression in EXPRESSIONS.strip().splitlines():
    try:
        eval(expression)
    except (IndexError, ValueError, TypeError, ZeroDivisionError, MemoryError) as error:
        lines.append(f"{expression}|{type(error).__name__}")
    else:
        raise SystemExit(f"NumPy accepts {expression}")
save("messages.txt", lines)
