"""Writes data/sorting.txt: NumPy's sorts, partitions, unique values and lexsort. Made with NumPy 2.4.6.

`input|name|dtype|shape:values` is an input. Each other line is one result: function|input|axis|argument|expected, where
the input is a name, perhaps with a view: `name.T` its transpose, `name.r` all axes reversed, `name.s` every second
element along each axis. Values are hexadecimal bits, complex numbers `re,im`;
positions are decimal. Several results are separated by `;`.
"""

import random

import numpy as np

from cases import save, text_of

rng = random.Random(3)
lines = ["# tests/reference/sorting.py, NumPy 2.4.6"]
inputs = {}
INF, NAN = np.inf, np.nan


def bits(x):
    if np.iscomplexobj(x):
        return f"{bits(x.real)},{bits(x.imag)}"
    return f"{int(x.view(f'u{x.itemsize}')):x}" if x.dtype != bool else str(int(x))


def text(a):
    a = np.asarray(a)
    return f"{text_of(a.shape)}:" + " ".join(bits(x) for x in a.ravel())


def places(a):
    a = np.asarray(a)
    return f"{text_of(a.shape)}:" + " ".join(str(int(x)) for x in a.ravel())


def add_input(name, a):
    inputs[name] = a
    lines.append(f"input|{name}|{a.dtype}|{text(a)}")


def view(name):
    base, _, kind = name.partition(".")
    a = inputs[base]
    every = {"": slice(None), "T": slice(None), "r": slice(None, None, -1), "s": slice(None, None, 2)}[kind]
    return (a.T if kind == "T" else a)[(..., *(every for _ in a.shape))]


def case(function, name, axis, argument, f):
    try:
        expected = f()
    except (IndexError, ValueError, np.exceptions.AxisError):
        expected = "error"
    lines.append(f"{function}|{name}|{axis}|{argument}|{expected}")


def topk(a, k, axis):
    """The positions of the k greatest elements, NaN the greatest, equal ones in their order."""
    count = a.shape[axis]
    if not 0 <= k <= count:
        raise ValueError
    backwards = np.flip(a, axis)
    order = np.flip(np.argsort(backwards, axis=axis, kind="stable"), axis)
    return np.take(count - 1 - order, range(k), axis)


def numbers(dtype, shape):
    if dtype == bool:
        return np.array([rng.random() < 0.5 for _ in range(int(np.prod(shape)))]).reshape(shape)
    if np.dtype(dtype).kind in "iu":
        i = np.iinfo(dtype)
        values = [i.min, i.max, 0, 1, 2, 3, 4, 5]
    elif np.dtype(dtype).kind == "c":
        parts = [1.0, 2.0, -1.0, 0.5, NAN, INF]
        values = [complex(rng.choice(parts[:4]), rng.choice(parts[:4])) for _ in range(12)]
        values += [complex(NAN, 1), complex(1, NAN), complex(NAN, NAN), complex(-INF, 1), complex(1, -INF)]
    else:
        values = [1.0, -1.0, 2.5, 0.0, -0.0, INF, -INF, NAN, 3.0, -2.0, 0.5, 7.0]
    return np.array([rng.choice(values) for _ in range(int(np.prod(shape)))], dtype=dtype).reshape(shape)


DTYPES = [np.float64, np.float32, np.float16, np.int64, np.int32, np.int8, np.uint64, np.uint8, bool,
          np.complex128, np.complex64]
for dtype in DTYPES:
    name = np.dtype(dtype).name
    add_input(f"{name}cube", numbers(dtype, (3, 4, 5)))
    add_input(f"{name}long", numbers(dtype, (40,)))
    add_input(f"{name}empty", numbers(dtype, (2, 0)))
add_input("float64point", np.array(1.5))
# Longer than what is sorted by comparison alone: by radix.
for dtype in [np.float64, np.int32, np.int64]:
    span = 10**6 if np.dtype(dtype).kind == "i" else 1.0
    values = [rng.uniform(-span, span) for _ in range(600)] + [5.0, -5.0] * 100
    add_input(f"{np.dtype(dtype).name}many", np.array(values, dtype=dtype))

for name, a in list(inputs.items()):
    views = [name, f"{name}.T", f"{name}.r", f"{name}.s"]
    for shown in views if name in ("float64cube", "int64cube", "complex64cube") else views[:1]:
        a = view(shown)
        axes = range(-1, min(a.ndim, 2)) if a.ndim else [0]
        for axis in axes:
            case("sort", shown, axis, "", lambda: text(np.sort(a, axis)))
            # NumPy takes an array without axes for one of one axis here, though not when it sorts by value.
            if a.ndim:
                case("argsort", shown, axis, "", lambda: places(np.argsort(a, axis, kind="stable")))
        for axis in [0, -1] if a.ndim and name.endswith(("cube", "long")) else []:
            for k in [0, 2, -1]:
                # Of a partition, what is certain: the sorted array says which element stands at the rank.
                case("partition", shown, axis, k, lambda: text(np.sort(a, axis).take(k, axis)))
                case("argpartition", shown, axis, k, lambda: text(np.sort(a, axis).take(k, axis)))
            for k in [0, 1, 3, 99]:
                case("topk", shown, axis, k, lambda: places(topk(a, k, axis)))
        if a.ndim:
            case("sort", shown, a.ndim, "", lambda: text(np.sort(a, a.ndim)))
            case("partition", shown, 0, 999, lambda: text(np.partition(a, 999, 0)))
    a = view(name)
    values, indices, inverse, counts = np.unique(a, return_index=True, return_inverse=True, return_counts=True)
    case("unique", name, "", "", lambda: text(values))
    case("unique_all", name, "", "", lambda: ";".join(map(places, [indices, inverse, counts])))

for names in ["int64cube float64cube", "float64cube int64cube", "int8long uint8long int64long", "float16long boollong",
              "complex128cube int8cube", "float64cube.T int64cube.T", "int64many", "int64cube int64long", "int64empty int8empty"]:
    keys = [view(name) for name in names.split()]
    for axis in [0, -1]:
        case("lexsort", names, axis, "", lambda: places(np.lexsort(keys, axis)))

save("sorting.txt", lines)
