"""Writes data/indexing.txt: NumPy's slices and advanced indices, read and written. Made with NumPy 2.4.6.

One case per line: operation | input | index | expected. An index is entries separated by blanks: integers,
a:b:c, ..., new, i<shape>:<positions>, b<shape>:<flags>. The values written are 100, 101, 102, ...
"""

import random

import numpy as np

from cases import attempt, lay_out, save, show, text_of

rng = random.Random(20240607)


def bound():
    return rng.choice([None, None, rng.randint(-5, 5)])


def entry(size):
    """A random entry for an axis of this size: (Python index, its text)."""
    kind = rng.choice("iissaaaab")
    if kind == "i":
        i = rng.randint(-size, size - 1) if size and rng.random() < 0.97 else size
        return i, str(i)
    if kind == "s":
        start, stop, step = bound(), bound(), rng.choice([None, None, 2, -1, -2])
        text = ":".join("" if x is None else str(x) for x in (start, stop, step))
        return slice(start, stop, step), text
    if kind == "b":
        length = size if rng.random() < 0.95 else size + 1
        flags = np.array([rng.random() < 0.5 for _ in range(length)], dtype=bool)
        return flags, "b" + show(flags, ",")
    shape = rng.choice([(2,), (2,), (1,), (3,), (2, 1), (1, 2), (2, 2), (), (0,)])
    low, high = (-size, size - 1) if size and rng.random() < 0.98 else (size, size)
    positions = np.array([rng.randint(low, high) for _ in range(int(np.prod(shape)))], dtype=np.int64)
    return positions.reshape(shape), "i" + show(positions.reshape(shape), ",")


def index(shape):
    entries, axis = [], 0
    while axis < len(shape) and rng.random() < 0.85:
        if axis + 2 <= len(shape) and rng.random() < 0.1:
            flags = np.array([rng.random() < 0.3 for _ in range(shape[axis] * shape[axis + 1])], dtype=bool)
            flags = flags.reshape(shape[axis : axis + 2])
            entries.append((flags, "b" + show(flags, ",")))
            axis += 2
        else:
            entries.append(entry(shape[axis]))
            axis += 1
    if rng.random() < 0.02:
        entries += [entry(3) for _ in range(len(shape) + 1 - axis)]
    if rng.random() < 0.3:
        entries.insert(rng.randint(0, len(entries)), (None, "new"))
    if rng.random() < 0.3:
        entries.insert(rng.randint(0, len(entries)), (Ellipsis, "..."))
    if rng.random() < 0.06:
        flag = rng.random() < 0.6
        entries.insert(rng.randint(0, len(entries)), (flag, f"b:{int(flag)}"))
    return entries


def written(a, spec, update):
    a = a.copy()
    values = np.arange(100, 100 + a[spec].size).reshape(a[spec].shape)
    update(a, spec, values)
    return a


def assign(a, spec, values):
    a[spec] = values


lines = []
shapes = [(5,), (3, 4), (3, 4), (2, 3, 4), (2, 3, 4), (2, 3, 2, 3), (2, 0, 3), (), (1, 3)]
while len(lines) < 1000:
    kind, shape = rng.choice("cctrs"), rng.choice(shapes)
    a = lay_out(kind, shape)
    entries = index(shape)
    spec, text = tuple(e for e, _ in entries), " ".join(t for _, t in entries)
    basic = all(isinstance(e, (int, slice, type(None), type(Ellipsis))) and not isinstance(e, bool) for e in spec)
    if not entries:
        continue
    operation = rng.choice(["slice", "slice_assign"] if basic else ["pick", "pick", "assign", "add"])
    if operation in ("pick", "slice"):
        expected = attempt(lambda: a[spec])
    elif operation in ("assign", "slice_assign"):
        expected = attempt(lambda: written(a, spec, assign))
    else:
        expected = attempt(lambda: written(a, spec, np.add.at))
    lines.append(f"{operation}|{kind}{text_of(shape)}|{text}|{expected}")

save("indexing.txt", lines)
