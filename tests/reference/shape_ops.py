"""Writes data/shape_ops.txt: NumPy's functions that move, join, split and repeat. Made with NumPy 2.4.6.

One case per line: function | inputs separated by blanks | arguments separated by blanks | expected, several
results separated by ;. A list of numbers is written 1,2; all axes are written "..".
"""

import numpy as np

from cases import array_of, attempt, save, text_of

lines = []


def show_argument(x):
    if x is None:
        return ".."
    if isinstance(x, str):
        return x
    return text_of(x) if isinstance(x, (tuple, list)) else str(x)


def case(name, inputs, arguments, f):
    arrays = [array_of(text) for text in inputs.split()]
    # Later inputs are told apart by their hundreds.
    arrays = [a + 100 * i for i, a in enumerate(arrays)]
    words = " ".join(map(show_argument, arguments))
    lines.append(f"{name}|{inputs}|{words}|{attempt(lambda: f(*arrays))}")


LAYOUTS = ["c2,3,4", "t2,3,4", "r2,3,4", "s2,3,4"]

for a in LAYOUTS + ["c6,4", "t6,4", "c2,0,3", "c", "c1,3,1"]:
    for shape in [(-1,), (4, 6), (2, -1), (3, 2, 4), (-1, 1, 4), (24,), (2, 3, 4), (0,), (0, -1), (-1, -1), (5,),
                  (), (1, 1), (3, 1), (3, 0, 7)]:
        case("reshape", a, [shape], lambda x: x.reshape(shape))
    case("ravel", a, [], np.ravel)
    case("flatten", a, [], lambda x: x.flatten())
    case("t", a, [], lambda x: x.T)
for axes in [(0, 1, 2), (2, 0, 1), (-1, 0, 1), (0, 1), (0, 0, 1), (0, 1, 3), (1, 2, -3)]:
    for a in LAYOUTS:
        case("permute", a, [axes], lambda x: x.transpose(axes))
for i, j in [(0, 1), (-1, 0), (1, 1), (0, 3), (-4, 0)]:
    case("swapaxes", "t2,3,4", [i, j], lambda x: x.swapaxes(i, j))
for source, destination in [((0,), (-1,)), ((2,), (0,)), ((0, 1), (-1, -2)), ((0, 2), (1, 0)), ((), ()), ((0,), (3,)),
                            ((0, 0), (1, 2)), ((0, 1), (2,)), ((1,), (1,)), ((2, 0, 1), (0, 1, 2))]:
    case("moveaxis", "r2,3,4", [source, destination], lambda x: np.moveaxis(x, source, destination))
for axis in [None, 0, 2, -1, (0, 2), (1,), (0, -1, 3), 3, (0, 0), 1]:
    case("squeeze", "c1,3,1,1", [axis], lambda x: np.squeeze(x, axis))
    case("squeeze", "c1", [axis], lambda x: np.squeeze(x, axis))
for axis in [0, 1, -1, 2, -3, (0, 1), (0, -1), (1, 1), 3, -4, (4, 0), (3, 0)]:
    case("expand_dims", "t2,3", [axis], lambda x: np.expand_dims(x, axis))
for name in ["atleast_1d", "atleast_2d", "atleast_3d"]:
    for a in ["c", "c3", "t2,3", "c2,1,3", "c1,1,1,2", "c0"]:
        case(name, a, [], getattr(np, name))
for a in ["c3,1", "t1,3", "c", "c0", "c1,1"]:
    for shape in [(3, 3), (2, 3, 1), (3,), (0, 3), (), (2, 1, 3), (3, 0), (3, -1)]:
        case("broadcast_to", a, [shape], lambda x: np.broadcast_to(x, shape))
for inputs in ["c3 c2,1", "t2,3 c", "c2,3 c3,2", "c1,0 c2,1", "c4,1,2 r3,1 c2"]:
    case("broadcast_arrays", inputs, [], lambda *x: np.broadcast_arrays(*x))
for axis in [None, 0, 1, -1, (0, 2), (0, 0), 3]:
    for a in LAYOUTS[:3] + ["c2,0,3"]:
        case("flip", a, [axis], lambda x: np.flip(x, axis))
for shift, axis in [(1, 0), (-1, 1), (5, 2), (2, (0, 1)), ((1, -1), (0, 2)), ((1, 2), (1, 1)), ((1, 2), 0),
                    ((1, 2, 3), (0, 1)), (1, 3), (100, -1), (0, 0)]:
    for a in LAYOUTS + ["c2,0,3"]:
        case("roll", a, [shift, axis], lambda x: np.roll(x, shift, axis))
for k in (-1, 0, 1, 2, 3, 6):
    for axes in [(0, 1), (1, 0), (2, 0), (-1, -2), (1, 1), (0, 3), (0, -3)]:
        case("rot90", "c2,2,3", [k, axes], lambda x: np.rot90(x, k, axes))

for inputs in ["c2,3 c2,3", "t2,3 r1,3", "c2,3", "c0,3 c2,3", "c2,3 c3", "c2,1 s2,3", "c c", "c3 c2 c0", "c1,2,2 c1,2,1"]:
    for axis in (0, 1, -1, 2):
        case("concatenate", inputs, [axis], lambda *x: np.concatenate(x, axis))
    for axis in (0, 1, -1, 3):
        case("stack", inputs, [axis], lambda *x: np.stack(x, axis))
    for name in ["vstack", "hstack", "dstack"]:
        case(name, inputs, [], lambda *x: getattr(np, name)(x))
for inputs in ["c2,3 c1,3", "c3 c2", "c2,3 c2,1", "c2,3 c2"]:
    for axis in (0, 1, -1):
        case("append", inputs, [axis], lambda x, y: np.append(x, y, axis))

for a, axis in [("t6,2", 0), ("r2,5", 1), ("c2,0", 1), ("c4", -1), ("c4", 1), ("c", 0)]:
    for sections in (1, 2, 3, 7, 0):
        case("split", a, [sections, axis], lambda x: np.split(x, sections, axis))
        case("array_split", a, [sections, axis], lambda x: np.array_split(x, sections, axis))
    for cuts in [(1,), (2, 4), (4, 2), (-1,), (), (0, 0), (9,), (1, -1, 3)]:
        case("split_at", a, [cuts, axis], lambda x: np.split(x, list(cuts), axis))

for a in ["c3", "t2,2", "c", "c0,2"]:
    for reps in [2, 0, (2,), (2, 1), (1, 3), (2, 1, 2), (), (2, -1)]:
        case("tile", a, [reps], lambda x: np.tile(x, reps))
for a, axis in [("c3", 0), ("t3,2", 0), ("r2,3", 1), ("r2,3", -1), ("c0,2", 0), ("c3", 1)]:
    for counts in [2, 0, (2,), (1, 0, 2), (1, 2), (), -1, (1, -1, 1)]:
        if (a, counts) != ("c0,2", -1):  # NumPy overlooks a negative count when there is nothing to repeat
            case("repeat", a, [counts, axis], lambda x: np.repeat(x, counts, axis))

for mode in ["constant", "edge", "reflect", "symmetric", "wrap"]:
    for a in ["c1", "c2", "r3", "c5", "c0"]:
        for width in [(0, 0), (1, 2), (3, 0), (7, 5), (11, 16), (-1, 0)]:
            case("pad", a, [mode, width], lambda x: np.pad(x, width, mode))
    for a in ["t2,3", "s3,2", "c0,2", "c1,3"]:
        for width in [1, (2, 1), ((0, 1), (2, 0)), ((0, 0), (3, 4)), ((1, 1), (1, 1), (1, 1))]:
            text = ",".join(f"{x},{y}" for x, y in width) if np.ndim(width) == 2 else width
            case("pad", a, [mode, text], lambda x: np.pad(x, width, mode))


def position_texts():
    yield from ((i, str(i)) for i in (0, 1, -1, 3, -3, 4, -4))
    yield from ((list(p), "i" + ",".join(map(str, p))) for p in [(), (0,), (1, 2), (2, 0), (1, 1), (-1, 3), (3, 3), (0, 4)])
    yield from ((slice(i, j), f"{i}:{j}") for i, j in [(0, 2), (1, 9), (2, 2)])
    for flags in [(1, 0, 1), (0, 0, 0), (1, 0), (0, 1, 0, 1)]:
        yield np.array(flags, dtype=bool), "b" + ",".join(map(str, flags))


for a, axis in [("c3", 0), ("t3,2", 0), ("r2,3", 1), ("c2,3,2", 1), ("c3", 1)]:
    for position, text in position_texts():
        case("delete", a, [text, axis], lambda x: np.delete(x, position, axis))
        for values in ["c", "c2", "c3", "c1,2", "c2,1", "c2,3"]:
            case("insert", f"{a} {values}", [text, axis], lambda x, v: np.insert(x, position, v, axis))
            if lines[-1].endswith("error") and values != "c2":
                lines.pop()

for a in ["c6", "r5", "t4,3", "s2,3,4", "c0,2"]:
    for window, axis in [((2,), 0), ((2,), -1), ((2, 2), None), ((3,), None), ((1, 2), (0, 1)), ((2, 2), (0, 0)), ((9,), 0),
                         ((2,), (0, 1)), ((0,), 0), ((-1,), 0), ((1, 2, 2), None), ((2,), 5)]:
        case("window", a, [window, axis],
             lambda x: np.lib.stride_tricks.sliding_window_view(x, window, axis))

save("shape_ops.txt", lines)
