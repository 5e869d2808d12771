"""Writes data/elementwise.txt: NumPy's element-wise functions of one and two operands. Made with NumPy 2.4.6.

`a|dtype|shape:values` and `b|…` are the operands of the lines that follow, up to the next `a`. Each other line is
one result: function|tolerance|dtype|shape:values, or "error" in place of the values. Values are hexadecimal bits,
complex numbers `re,im`.
The tolerance is "bits", "value" (NaNs and zeros of either sign are the same), or a number of ulp; that of complex
numbers is a distance in the plane, in ulp of the result's absolute value.
"""

import random

import numpy as np

from cases import save, text_of

rng = random.Random(11)
lines = ["# tests/reference/elementwise.py, NumPy 2.4.6"]
INF, NAN = np.inf, np.nan


def bits(x):
    if np.iscomplexobj(x):
        return f"{bits(x.real)},{bits(x.imag)}"
    return f"{int(x.view(f'u{x.itemsize}')):x}" if x.dtype != bool else str(int(x))


def text(a):
    return f"{text_of(a.shape)}:" + " ".join(bits(x) for x in a.ravel())


def case(function, tolerance, f):
    try:
        result = np.asarray(f())
        lines.append(f"{function}|{tolerance}|{result.dtype}|{text(result)}")
    except ValueError:
        lines.append(f"{function}|{tolerance}||error")


def operands(a, b):
    lines.append(f"a|{a.dtype}|{text(a)}")
    lines.append(f"b|{b.dtype}|{text(b)}")


def floats(dtype):
    f = np.finfo(dtype)
    special = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 3.5, INF, -INF, NAN, f.max, f.tiny, f.smallest_subnormal]
    pairs = [(x, y) for x in special[:11] for y in special[:11] if rng.random() < 0.35]
    pairs += [(x, rng.choice(special)) for x in special]
    pairs += [(rng.uniform(-9, 9), rng.uniform(-9, 9)) for _ in range(25)]
    a, b = np.array(pairs, dtype=dtype).T
    return a.copy(), b.copy()


def integers(dtype):
    i = np.iinfo(dtype)
    special = [0, 1, 2, 3, 7, 10, i.max, i.min, i.max - 1] + ([-1, -2, -3, -7] if i.min < 0 else [])
    pairs = [(x, y) for x in special for y in special if rng.random() < 0.5]
    return [np.array(side, dtype=dtype) for side in zip(*pairs)]


def complexes(dtype):
    parts = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0]
    points = [complex(rng.choice(parts), rng.choice(parts)) for _ in range(25)]
    points += [complex(rng.uniform(-3, 3), rng.uniform(-3, 3)) for _ in range(25)]
    points += [complex(rng.uniform(-1, 1) * 1e-3, rng.uniform(-1, 1) * 1e-3) for _ in range(5)]
    points += [complex(1 + rng.uniform(-1, 1) * 1e-3, rng.uniform(-1, 1) * 1e-3) for _ in range(5)]
    points += [complex(rng.uniform(-1, 1) * 1e10, rng.uniform(-1, 1) * 1e10) for _ in range(5)]
    others = points[::-1]
    return np.array(points, dtype=dtype), np.array(others, dtype=dtype)


def two_operands(names, tolerance, a, b):
    for name in names:
        case(name, tolerance, lambda: getattr(np, name)(a, b))


def wider(names, tolerance, a):
    """Functions computed in more precision than the operand's and rounded: NumPy's own lose some near their zeros."""
    for name in names.split():
        case(name, tolerance, lambda: getattr(np, name)(a.astype(np.clongdouble)).astype(a.dtype))


def one_operand(names, tolerance, a):
    for name in names:
        case(name, tolerance, lambda: getattr(np, name)(a))


COMPARISONS = ["equal", "not_equal", "logical_and", "logical_or", "logical_xor"]
ORDERS = ["less", "less_equal", "greater", "greater_equal"]
EXTREMES = ["maximum", "minimum", "fmax", "fmin"]
KINDS = ["isnan", "isinf", "isfinite", "logical_not"]

for dtype in [np.float64, np.float32, np.float16]:
    a, b = floats(dtype)
    operands(a, b)
    two_operands(["add", "subtract", "multiply", "divide", "remainder", "floor_divide"], "value", a, b)
    two_operands(["copysign"], "bits", a, b)
    two_operands([*COMPARISONS, *ORDERS], "bits", a, b)
    two_operands(EXTREMES, "value", a, b)
    two_operands(["hypot", "arctan2"], 1, a, b)
    two_operands(["power"], 1, a, b)
    case("power_2", "bits", lambda: np.power(a, 2.0))
    case("power_half", 1, lambda: a**0.5)
    one_operand(["negative", "absolute", "floor", "ceil", "rint", "trunc", "conj"], "value", a)
    one_operand(["sign", "square", "reciprocal", "sqrt"], "value", a)
    one_operand([*KINDS, "signbit"], "bits", a)

for dtype in [np.int64, np.int8, np.uint64, np.uint8]:
    a, b = integers(dtype)
    operands(a, b)
    two_operands(["add", "subtract", "multiply", "remainder", "floor_divide"], "bits", a, b)
    two_operands([*COMPARISONS, *ORDERS, *EXTREMES], "bits", a, b)
    two_operands(["power"], "bits", a, b)
    case("power_2", "bits", lambda: np.power(a, dtype(2)))
    one_operand(["negative", "absolute", "sign", "square", "conj", *KINDS], "bits", a)
    operands(a, np.array([exponent for exponent in b if exponent >= 0][: len(a)], dtype=dtype).repeat(9)[: len(a)])
    case("power", "bits", lambda: np.power(a, np.array([e for e in b if e >= 0], dtype=dtype).repeat(9)[: len(a)]))
operands(np.zeros((0, 3), np.int64), np.array([-1], np.int64))
case("power", "bits", lambda: np.power(np.zeros((0, 3), np.int64), np.array([-1], np.int64)))

a, b = np.array([False, False, True, True]), np.array([False, True, False, True])
operands(a, b)
two_operands([*COMPARISONS, "maximum", "minimum", "fmax", "fmin"], "bits", a, b)
one_operand(KINDS, "bits", a)

MATH = "exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh"
for dtype in [np.complex128, np.complex64]:
    a, b = complexes(dtype)
    operands(a, b)
    two_operands(["add", "subtract", "divide"], "value", a, b)
    two_operands(["multiply"], 1, a, b)
    two_operands([*COMPARISONS], "bits", a, b)
    two_operands(EXTREMES, "value", a, b)
    one_operand(["negative", "conj"], "value", a)
    one_operand(["absolute", "square"], 1, a)
    one_operand(["sign", "reciprocal"], 2, a)
    one_operand(KINDS, "bits", a)
    two_operands(["power"], 32, a, b)
    case("power_2", 1, lambda: np.power(a, dtype(2)))
    with_parts = np.where(abs(a) < 100, a, 1 + 2j).astype(dtype)
    operands(with_parts, b)
    wider(MATH, 4, with_parts)
    operands(a, b)
    wider("log log2 log10 log1p sqrt arcsin arccos arctan arcsinh arccosh arctanh tanh", 4, a)

save("elementwise.txt", lines)
