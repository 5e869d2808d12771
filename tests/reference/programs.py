"""Writes data/programs.txt.gz: random programs of 3 to 8 NumPy operations, and what they give. NumPy 2.4.6.

    python3 tests/reference/programs.py                                         the stored programs
    python3 tests/reference/programs.py --seed 7 --count 100000 --out /tmp/new.gz    a fresh set
    ARRAY_CORE_PROGRAMS=/tmp/new.gz cargo test --test programs                  replays it
    python3 tests/reference/programs.py --show '<program>'                      all values of one program

A program is a line of steps separated by `|`. Each step makes the next register: `in` an input array, everything
else an operation: its name, its arguments (see `SIGNATURES`), ` = ` and its result, which is one of

    !                     NumPy raises an error; the register stays empty
    #<crc>                the result to the bit: CRC-32 of its dtype, shape and little-endian elements
    0<crc>                the same, but zeros lose their signs (NumPy's depend on the machine)
    ~<dtype>(<shape>):..  the elements in hexadecimal, where an error is allowed; the program goes on with these

Sums, products, moments and functions are those of exact arithmetic (long double), rounded: what bounds of errors
refer to. The script itself checks that NumPy's own are close to them.

An input is `in <dtype> (<shape>) <layout> <kind> <seed>`: element i comes from the bits of splitmix64(seed, i), see
`elements`; layouts are c row-major, t transposed, r all axes reversed, s every second element along each axis,
b the first axis stretched from one slice. What NumPy has and Rust's types rule out is avoided: operands of
different dtypes, and true division of integers. So is what NumPy leaves to the machine: floats cast to integers
that do not hold them, and sums that overflow in one order of their terms but not in another.

NumPy's views alias one another; here a view is a value, so an operation that writes gives a new register:
the array as it is afterwards.
"""

import argparse
import gzip
import random
import warnings
import zlib
from pathlib import Path

import numpy as np

assert np.__version__ == "2.4.6"
warnings.simplefilter("ignore")

DTYPES = {
    "d": np.float64, "f": np.float32, "e": np.float16, "q": np.int64, "i": np.int32, "h": np.int16, "b": np.int8,
    "Q": np.uint64, "I": np.uint32, "H": np.uint16, "B": np.uint8, "?": np.bool_, "D": np.complex128, "F": np.complex64,
}  # fmt: skip
CODES = {np.dtype(t): code for code, t in DTYPES.items()}
SIGNED, UNSIGNED, FLOATS, COMPLEX = "qihb", "QIHB", "dfe", "DF"
INTEGERS = SIGNED + UNSIGNED
REALS = FLOATS + INTEGERS
NUMBERS = REALS + COMPLEX
FIELDS = FLOATS + COMPLEX
ALL = NUMBERS + "?"
WIDE = {"d": np.longdouble, "f": np.longdouble, "e": np.longdouble, "D": np.clongdouble, "F": np.clongdouble}
MOST_VALUES = 20
MOST_ELEMENTS = 3000


def code(a):
    return CODES[a.dtype]


# ---------------------------------------------------------------------------------------------------- inputs


def random_bits(seed, count):
    """splitmix64: the outputs number 1 to `count` from this seed."""
    z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def elements(dtype, kind, seed, count):
    """Row-major elements: s small numbers, t many ties, w all bits, e extremes among them, x<n> from -n to n - 1,
    p 0 to 6."""
    if dtype in COMPLEX:
        part = np.float64 if dtype == "D" else np.float32
        parts = elements("d" if dtype == "D" else "f", kind, seed, 2 * count)
        return parts.astype(part).view(DTYPES[dtype])
    z = random_bits(seed, count)
    high = (z >> np.uint64(33)).astype(np.int64)
    if dtype == "?":
        return high % 2 == 1
    signed = dtype not in UNSIGNED
    if kind[0] == "x":
        n = int(kind[1:])
        return (high % (2 * n) - n if signed else high % n).astype(DTYPES[dtype])
    if kind == "p":
        return (high % 7).astype(DTYPES[dtype])
    if kind == "t":
        return (high % 3 - signed).astype(DTYPES[dtype])
    if kind == "s":
        small = (high % 41 - 20) / 4 if dtype in FLOATS else high % 19 - 9 * signed
        return small.astype(DTYPES[dtype])
    if dtype in FLOATS:
        wide = (((z >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5) * 16).astype(DTYPES[dtype])
        info = np.finfo(DTYPES[dtype])
        top, tiny, least, eps = (float(x) for x in (info.max, info.tiny, info.smallest_subnormal, info.eps))
        extremes = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, top, -top, tiny, least, -least, 1 + eps, 2.5, -3.5]
    else:
        wide = z.astype(DTYPES[dtype])
        info = np.iinfo(DTYPES[dtype])
        extremes = [info.min, info.max, 0, 1, info.max - 1, 2, info.min + 1, 3]
        if signed:
            extremes += [-1, -2]
    if kind == "w":
        return wide
    extremes = np.array(extremes, dtype=DTYPES[dtype])
    return np.where(z % np.uint64(4) == 0, wide, extremes[high % len(extremes)])


def make_input(dtype, shape, layout, kind, seed):
    shape = list(shape)
    base = {"s": [2 * n for n in shape], "t": shape[::-1], "b": [1, *shape[1:]]}.get(layout, shape)
    a = elements(dtype, kind, int(seed), int(np.prod(base, dtype=int))).reshape(base)
    if layout == "t":
        return a.T
    if layout == "r":
        return a[(..., *[slice(None, None, -1)] * len(shape))]
    if layout == "s":
        return a[(..., *[slice(None, None, 2)] * len(shape))]
    return np.broadcast_to(a, shape) if layout == "b" else a


# ------------------------------------------------------------------------------------------------ operations

# Arguments: a array, v array or scalar, i integer, l list of integers, x axes (`..` for all, `k` in front for
# keepdims), s index, d dtype, m word; * any number of the one before.
SIGNATURES = {
    "slice": "as", "permute": "al", "t": "a", "swapaxes": "aii", "moveaxis": "all", "reshape": "al", "ravel": "a",
    "broadcast_to": "al", "expand_dims": "al", "squeeze": "ax", "flip": "ax", "rot90": "ail", "roll": "alx",
    "tile": "al", "repeat": "ali", "pad": "almv", "diag": "ai", "diagonal": "aiii", "tril": "ai", "triu": "ai",
    "split": "aiii", "array_split": "aiii", "split_at": "alii", "sliding": "alx", "atleast": "ai",
    "pick": "as", "assign": "asv", "assign_part": "assv", "pick_add": "asv", "diagonal_assign": "aiiiv",
    "mask": "aa", "mask_assign": "aav", "take": "aai", "take_along_axis": "aai", "put_along_axis": "aavi",
    "compress": "aai", "nonzero": "ai", "argwhere": "a", "flatnonzero": "a",
    "where": "avv", "choose": "aa*", "select": "aaaav", "clip": "avv",
    "concatenate": "iaa*", "stack": "iaa*", "vstack": "aa*", "hstack": "aa*", "dstack": "aa*", "append": "aai",
    "insert": "asvi", "delete": "asi",
    "sort": "ai", "argsort": "ai", "partition": "aii", "argpartition": "aii", "topk": "aii", "unique": "a",
    "unique_all": "ai", "lexsort": "iaa*", "searchsorted": "avm", "isin": "aa", "digitize": "aam", "bincount": "ai",
    "any": "ax", "all": "ax", "count_nonzero": "ax", "max": "ax", "min": "ax", "ptp": "ax", "argmax": "ax",
    "argmin": "ax", "median": "ax", "quantile": "axm", "nanmax": "ax", "nanmin": "ax", "sum": "ax", "prod": "ax",
    "mean": "ax", "var": "axi", "std": "axi", "cumsum": "ax", "cumprod": "ax", "nansum": "ax", "nanprod": "ax",
    "nanmean": "ax", "nanvar": "axi", "nanstd": "axi", "diff": "aii",
    "cast": "ad", "matmul": "aa", "isclose": "avm",
    "update_add": "asv", "update_subtract": "asv", "update_multiply": "asv",
}  # fmt: skip
UNARY = {
    "negative": NUMBERS, "square": NUMBERS, "abs": NUMBERS, "sign": NUMBERS, "sqrt": FIELDS, "reciprocal": FIELDS,
    "floor": FLOATS, "ceil": FLOATS, "trunc": FLOATS, "round": FLOATS, "invert": INTEGERS + "?", "logical_not": ALL,
    "real": COMPLEX, "imag": COMPLEX, "conj": COMPLEX, "angle": COMPLEX, "isnan": ALL, "isinf": ALL, "isfinite": ALL,
    "signbit": FLOATS, "cbrt": FLOATS,
}  # fmt: skip
FUNCTIONS = {
    "exp": np.exp, "exp2": np.exp2, "ln": np.log, "log2": np.log2, "log10": np.log10, "expm1": np.expm1,
    "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh,
    "atanh": np.arctanh,
}  # fmt: skip
FLOAT_FUNCTIONS = {"cbrt": np.cbrt, "atan2": np.arctan2, "hypot": np.hypot}
BINARY = {
    "add": NUMBERS, "subtract": NUMBERS, "multiply": NUMBERS, "divide": FIELDS, "remainder": REALS,
    "floor_divide": REALS, "maximum": REALS, "minimum": REALS, "fmax": REALS, "fmin": REALS, "power": REALS,
    "atan2": FLOATS, "hypot": FLOATS,
    "bitwise_and": INTEGERS + "?", "bitwise_or": INTEGERS + "?", "bitwise_xor": INTEGERS + "?",
    "left_shift": INTEGERS, "right_shift": INTEGERS,
    "equal": ALL, "not_equal": ALL, "less": REALS, "less_equal": REALS, "greater": REALS, "greater_equal": REALS,
    "logical_and": ALL, "logical_or": ALL, "logical_xor": ALL,
}  # fmt: skip
SIGNATURES |= dict.fromkeys(UNARY, "a") | dict.fromkeys(FUNCTIONS, "a") | dict.fromkeys(BINARY, "av")


def written(a, write):
    a = a.copy()
    write(a)
    return a


def put(a, index, values):
    a[index] = values


def put_part(a, first, second, values):
    a[first][second] = values


def update(a, index, values, ufunc):
    """`a[index] += values`, whose result must have the shape of a[index]."""
    part = a[index]
    ufunc(part, values, out=part)


def keywords(axes):
    keep, axes = axes
    return {"axis": axes, "keepdims": True} if keep else {"axis": axes}


def one_axis(axes):
    """The arguments of a function that takes one axis, or none for all elements."""
    assert axes[1] is None or len(axes[1]) == 1
    return {"axis": None if axes[1] is None else axes[1][0]}


def unzip(pairs):
    return list(zip(pairs[::2], pairs[1::2]))


def pad(a, widths, mode, value):
    options = {"constant_values": value} if mode == "constant" else {}
    return np.pad(a, widths[0] if len(widths) == 1 else unzip(widths), mode, **options)


def chosen(a, k, axis):
    """Element k along an axis, with the axis kept, as partitions promise nothing else."""
    return np.take_along_axis(a, np.full([1 if i == axis % a.ndim else n for i, n in enumerate(a.shape)], k), axis)


def partition(a, k, axis):
    return chosen(np.partition(a, k, axis), k, axis)


def argpartition(a, k, axis):
    return np.take_along_axis(a, chosen(np.argpartition(a, k, axis), k, axis), axis)


def topk(a, k, axis):
    if not 0 <= k <= a.shape[axis]:
        raise ValueError("k")
    return np.take(np.flip(np.sort(a, axis), axis), range(k), axis)


def select(first, second, x, y, default):
    return np.select([first, second], [x, y], default)


def inserted(a, at, values, axis):
    return np.insert(a, at[0], values, axis)


def cast(a, dtype):
    return a.astype(DTYPES[dtype])


def isclose(a, b, mode):
    return np.isclose(a, b, 1e-2, 1e-3, equal_nan=mode == "nan")


RUN = {
    "slice": lambda a, s: a[s], "permute": np.transpose, "t": np.transpose, "swapaxes": np.swapaxes,
    "moveaxis": np.moveaxis, "reshape": np.reshape, "ravel": np.ravel, "broadcast_to": np.broadcast_to,
    "expand_dims": np.expand_dims, "squeeze": lambda a, x: np.squeeze(a, x[1]), "flip": lambda a, x: np.flip(a, x[1]),
    "rot90": np.rot90,
    "roll": lambda a, d, x: np.roll(a, d if len(d) != 1 else d[0], range(a.ndim) if x[1] is None else x[1]),
    "tile": np.tile, "repeat": lambda a, c, i: np.repeat(a, c, i), "pad": pad, "diag": np.diag,
    "diagonal": np.diagonal, "tril": np.tril, "triu": np.triu,
    "split": lambda a, n, axis, i: np.split(a, n, axis)[i],
    "array_split": lambda a, n, axis, i: np.array_split(a, n, axis)[i],
    "split_at": lambda a, cuts, axis, i: np.split(a, cuts, axis)[i],
    "sliding": lambda a, w, x: np.lib.stride_tricks.sliding_window_view(a, w, x[1]),
    "atleast": lambda a, n: [np.atleast_1d, np.atleast_2d, np.atleast_3d][n - 1](a),
    "pick": lambda a, s: a[s], "assign": lambda a, s, v: written(a, lambda a: put(a, s, v)),
    "assign_part": lambda a, s, t, v: written(a, lambda a: put_part(a, s, t, v)),
    "pick_add": lambda a, s, v: written(a, lambda a: np.add.at(a, s, v)),
    "diagonal_assign": lambda a, k, i, j, v: written(a, lambda a: put_diagonal(a, k, i, j, v)),
    "mask": lambda a, m: a[m], "mask_assign": lambda a, m, v: written(a, lambda a: put(a, m, v)),
    "take": np.take, "take_along_axis": np.take_along_axis,
    "put_along_axis": lambda a, i, v, axis: written(a, lambda a: np.put_along_axis(a, i, v, axis)),
    "compress": lambda a, m, axis: np.compress(m, a, axis), "nonzero": lambda a, i: np.nonzero(a)[i],
    "argwhere": np.argwhere, "flatnonzero": np.flatnonzero, "where": np.where,
    "choose": lambda a, *c: np.choose(a, c), "select": select, "clip": np.clip,
    "concatenate": lambda i, *a: np.concatenate(a, i), "stack": lambda i, *a: np.stack(a, i),
    "vstack": lambda *a: np.vstack(a), "hstack": lambda *a: np.hstack(a), "dstack": lambda *a: np.dstack(a),
    "append": np.append, "insert": inserted, "delete": lambda a, at, axis: np.delete(a, at[0], axis),
    "sort": np.sort, "argsort": lambda a, i: np.argsort(a, i, kind="stable"), "partition": partition,
    "argpartition": argpartition, "topk": topk, "unique": np.unique,
    "unique_all": lambda a, i: np.unique(a, True, True, True)[i], "lexsort": lambda i, *a: np.lexsort(a, i),
    "searchsorted": lambda a, v, m: np.searchsorted(np.sort(a, 0), v, m),
    "isin": np.isin, "digitize": lambda a, edges, m: np.digitize(a, edges, m == "right"), "bincount": lambda a, n: np.bincount(a, None, n),
    "argmax": lambda a, x: np.argmax(a, **one_axis(x)), "argmin": lambda a, x: np.argmin(a, **one_axis(x)),
    "count_nonzero": lambda a, x: np.count_nonzero(a, **keywords(x)),
    "quantile": lambda a, x, q: np.quantile(a, float(q), **keywords(x)),
    "cumsum": lambda a, x: np.cumsum(a, **one_axis(x)), "cumprod": lambda a, x: np.cumprod(a, **one_axis(x)),
    "diff": np.diff, "cast": cast, "matmul": np.matmul, "isclose": isclose,
    "update_add": lambda a, s, v: written(a, lambda a: update(a, s, v, np.add)),
    "update_subtract": lambda a, s, v: written(a, lambda a: update(a, s, v, np.subtract)),
    "update_multiply": lambda a, s, v: written(a, lambda a: update(a, s, v, np.multiply)),
    "real": np.real, "imag": np.imag,
}  # fmt: skip
for _name in ("any", "all", "max", "min", "ptp", "median", "nanmax", "nanmin", "sum", "prod", "mean", "nansum", "nanprod", "nanmean"):
    RUN[_name] = lambda a, x, f=getattr(np, _name): f(a, **keywords(x))
for _name in ("var", "std", "nanvar", "nanstd"):
    RUN[_name] = lambda a, x, ddof, f=getattr(np, _name): f(a, ddof=ddof, **keywords(x))
RUN |= FUNCTIONS | FLOAT_FUNCTIONS
RUN |= {name: getattr(np, name) for name in [*UNARY, *BINARY] if name not in RUN}


def put_diagonal(a, k, axis1, axis2, values):
    diagonal = np.diagonal(a, k, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = values


# -------------------------------------------------------------------------------------------- text to values


def bits_of(a):
    """The elements as little-endian bytes; all NaNs are one."""
    a = np.array(a, order="C")
    if a.dtype.kind in "fc":
        parts = a.view(a.real.dtype) if a.ndim else a.reshape(1).view(a.real.dtype)
        parts[np.isnan(parts)] = np.nan
    return a.tobytes()


def scalar_token(x):
    parts = [x.real, x.imag] if code(x) in COMPLEX else [x]
    return f"s{code(x)}" + ",".join(f"{int.from_bytes(part.tobytes(), 'little'):x}" for part in parts)


def scalar(text):
    dtype = DTYPES[text[1]]
    parts = [int(word, 16) for word in text[2:].split(",")]
    size = np.dtype(dtype).itemsize // len(parts)
    return np.frombuffer(b"".join(part.to_bytes(size, "little") for part in parts), dtype)[0]


def numbers(text):
    return tuple(int(word) for word in text.strip("()").split(",") if word)


def entry(text, registers):
    if text[0] == "r":
        return registers[int(text[1:])]
    if text.startswith("b:"):
        return text == "b:1"
    if ":" in text:
        return slice(*(int(word) if word else None for word in text.split(":")))
    return {"n": None, ".": Ellipsis}[text] if text in "n." else int(text)


def value(kind, text, registers):
    if kind == "v":
        kind = "a"
        if text[0] == "s":
            return scalar(text)
    if kind == "a":
        return registers[int(text[1:])]
    if kind == "x":
        keep, text = text[0] == "k", text.removeprefix("k")
        return keep, None if text == ".." else numbers(text)
    if kind == "s":
        return tuple(entry(word, registers) for word in text.split(";") if word != "-")
    return {"i": int, "l": numbers}.get(kind, str)(text)


def arguments(name, words, registers):
    signature = SIGNATURES[name]
    if signature.endswith("*"):
        fixed, repeated = signature[:-2], signature[-2]
        signature = fixed + repeated * (len(words) - len(fixed))
    assert len(signature) == len(words), (name, words)
    return [value(kind, word, registers) for kind, word in zip(signature, words)]


# --------------------------------------------------------------------------------------- how exact results are

SUMS = ("sum", "mean", "cumsum", "nansum", "nanmean")
PRODUCTS = ("prod", "cumprod", "nanprod")
MOMENTS = ("var", "std", "nanvar", "nanstd")
# Zeros of either sign compare as equal, and which one is taken depends on the vector instructions at hand.
SIGNLESS = ("max", "min", "nanmax", "nanmin", "maximum", "minimum", "fmax", "fmin", "clip", "sort", "partition", "argpartition",
            "topk", "unique", "unique_all", "median", "quantile", "ptp")  # fmt: skip


PARTWISE = ("multiply", "square", "update_multiply", "sqrt", "abs", "sign", "angle", *FUNCTIONS)


class Avoided(Exception):
    """An operation whose result is not settled by its inputs."""


def wide(name, args):
    """The result in exact arithmetic, or nearly so, rounded once; `Avoided` where the order of terms matters."""
    a = args[0]
    dtype = code(a)
    result = np.asarray(RUN[name](*args))
    exact = np.asarray(RUN[name](a.astype(WIDE[dtype]), *(wider(x, dtype) for x in args[1:])))
    if dtype in FLOATS and (name == "power" or name in FUNCTIONS or name in FLOAT_FUNCTIONS):
        exact = exact.astype(result.dtype)
        check(name, result, exact, 4)
        return exact
    top = np.finfo(DTYPES[dtype]).max
    if name in ("multiply", "square", "update_multiply"):
        parts = [part for x in (a, args[-1]) for part in (np.abs(np.real(x)), np.abs(np.imag(x)))]
        if max(np.max(part, initial=0, where=np.isfinite(part)) for part in parts) > np.sqrt(top) / 2:
            raise Avoided
    if name in PARTWISE:
        exact = exact.astype(result.dtype)
        info = np.finfo(result.dtype)
        error = result - exact
        bound = 4 * (info.eps * np.abs(exact) + info.smallest_subnormal)
        same = (np.isnan(result) & np.isnan(exact)) | (result == exact)
        if not (same | (np.abs(error.real) <= bound) & (np.abs(error.imag) <= bound)).all():
            raise Avoided
        if (np.isinf(exact) != np.isinf(result)).any():
            raise Avoided
        return exact
    finite = np.abs(a[np.isfinite(a)]).astype(np.longdouble)
    if name in SUMS + ("matmul",) and finite.sum() > top / 4:
        raise Avoided
    if name == "matmul":
        other = np.abs(args[1][np.isfinite(args[1])]).astype(np.longdouble)
        if not (np.isfinite(a).all() and np.isfinite(args[1]).all()) or finite.sum() * other.sum() > top / 4:
            raise Avoided
    if name in MOMENTS and (finite**2).sum() * 4 > top / 4:
        raise Avoided
    if name in PRODUCTS:
        exponents = np.abs(np.log2(finite[finite != 0])).sum()
        if exponents > np.log2(top) * 0.8 or (dtype in COMPLEX and not np.isfinite(a).all()):
            raise Avoided
    return exact.astype(result.dtype)


def wider(x, dtype):
    is_operand = isinstance(x, (np.ndarray, np.generic))
    return x.astype(WIDE[dtype]) if is_operand else x


def check(name, result, exact, ulps):
    with np.errstate(all="ignore"):
        near = np.abs(result - exact) <= ulps * np.spacing(np.abs(exact))
    same = (result == exact) | (np.isnan(result) & np.isnan(exact))
    assert (near | same).all(), (name, result, exact)


# Functions that take an array without axes for one of one axis, where others refuse it, or that do not look at ranks
# and indices where there is nothing to be found.
LENIENT = ("argsort", "argpartition", "compress", "cumprod", "cumsum", "lexsort", "repeat", "roll", "take")


def ambiguous(a, find, values):
    """Whether different values are written to one element, in an order that NumPy does not promise."""
    try:
        found = find(np.arange(a.size).reshape(a.shape))
    except (IndexError, ValueError):
        return False
    return np.ndim(values) > 0 and np.unique(found).size < found.size


def settled(name, args):
    """Refuses what NumPy leaves to the machine, and a habit of some of its functions."""
    a = args[1] if name in ("concatenate", "stack", "lexsort") else args[0]
    if name in LENIENT and a.ndim == 0 or name.endswith("partition") and a.size == 0:
        raise Avoided
    if code(a) in COMPLEX and not np.isfinite(a).all():
        # C leaves functions of infinities and NaNs open; means go through a complex quotient, which makes NaN of
        # infinity; and which of several NaNs is taken depends on the order of comparisons.
        if name in FUNCTIONS or name in ("mean", "nanmean", "median"):
            raise Avoided
        if name in ("max", "min", "ptp", "unique") and np.isnan(a).sum() > 1:
            raise Avoided
    if name == "signbit" and np.isnan(a).any():
        raise Avoided
    # Medians of nothing but no results are an error in NumPy; positions in an empty axis are not looked at.
    if name in ("median", "quantile") and a.size == 0 or name == "insert" and 0 in a.shape and args[1][0].__class__ is np.ndarray:
        raise Avoided
    finds = {
        "assign": lambda at: at[args[1]],
        "pick_add": lambda at: at[args[1]],
        "assign_part": lambda at: at[args[1]][args[2]],
        "put_along_axis": lambda at: np.take_along_axis(at, args[1], args[3]),
    }
    if name in finds and ambiguous(a, finds[name], args[3 if name == "assign_part" else 2]):
        raise Avoided
    if name == "cast":
        target = args[1]
        parts = a.real if code(a) in COMPLEX else a
        if target in INTEGERS and parts.dtype.kind == "f":
            info = np.iinfo(DTYPES[target])
            whole = np.trunc(parts.astype(np.longdouble))
            if not np.isfinite(whole).all() or (whole < info.min).any() or (whole > info.max).any():
                raise Avoided


def result_text(name, args):
    """The result and its text; `Avoided` if the operation is not to be used on these arguments."""
    settled(name, args)
    dtype = code(args[0]) if isinstance(args[0], np.ndarray) else "?"
    inexact = name in FUNCTIONS or name in FLOAT_FUNCTIONS or (name == "power" and dtype in FLOATS) or (name in SUMS + PRODUCTS + MOMENTS + ("matmul",) and dtype in FIELDS)
    # Means of integers and of masks are quotients of exact sums, unless these are too long for a float.
    inexact |= name in MOMENTS + ("mean", "nanmean")
    # NumPy's products of complex numbers fuse a multiplication and an addition if the machine can.
    inexact |= name in PARTWISE and dtype in COMPLEX
    try:
        if not inexact:
            result = np.asarray(RUN[name](*args))
        elif dtype in FIELDS:
            result = wide(name, args)
        else:
            result = np.asarray(RUN[name](args[0].astype(np.longdouble), *args[1:])).astype(np.float64)
            if name in MOMENTS + ("mean", "nanmean") and (np.abs(args[0].astype(np.float64)) > 1e15).any():
                raise Avoided
    except (IndexError, TypeError, ValueError) as error:
        # TypeError: `tril` of no axes, values of two axes for a mask.
        if isinstance(error, TypeError) and name not in ("tril", "triu", "mask_assign", "assign", "assign_part"):
            raise
        if "maximum supported dimension" in str(error):
            raise Avoided from error
        return None, "!"
    if name in ("take", "compress", "choose") and result.size == 0:
        raise Avoided
    if result.size > MOST_ELEMENTS or result.ndim > 6 or (inexact and result.size > MOST_VALUES):
        raise Avoided
    shape = ",".join(map(str, result.shape))
    if inexact:
        return result, f"~{code(result)}({shape}):{bits_of(result).hex()}"
    mark = "#"
    if name in SIGNLESS and result.dtype.kind in "fc":
        result = np.asarray(result + result.dtype.type(0))
        mark = "0"
    crc = zlib.crc32(f"{result.dtype.name}({shape})".encode() + bits_of(result))
    return result, f"{mark}{crc:08x}"


# ------------------------------------------------------------------------------------------------- generator


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def start(self):
        self.registers, self.steps = [], []

    def bad(self):
        """Whether to make a mistake."""
        return self.rng.random() < 0.015

    def size(self):
        return self.rng.choices([0, 1, 2, 3, 4, 5, 7, 9, 17, 33], [2, 5, 9, 9, 7, 5, 4, 2, 1, 1])[0]

    def shape(self):
        rank = self.rng.choices(range(5), [4, 30, 34, 22, 10])[0]
        if rank == 1 and self.rng.random() < 0.15:
            return (self.rng.choice([64, 100, 129, 300, 1025]),)
        while True:
            shape = tuple(self.size() for _ in range(rank))
            if np.prod(shape, dtype=int) <= 600:
                return shape

    def kind(self, dtype):
        return self.rng.choices("swet", [3, 3, 3, 1])[0]

    def input(self, dtype, shape, kind=None):
        layout = self.rng.choices("ctrsb", [6, 2, 1, 1, 1 if shape and shape[0] else 0])[0]
        words = [dtype, "(" + ",".join(map(str, shape)) + ")", layout, kind or self.kind(dtype), str(self.rng.randrange(1 << 20))]
        self.registers.append(make_input(dtype, shape, *words[2:]))
        self.steps.append("in " + " ".join(words))
        return len(self.registers) - 1

    def pick(self, dtypes=ALL, ranks=range(9)):
        """A register with one of these dtypes; the later, the likelier; a new one if there is none."""
        fit = [i for i, a in enumerate(self.registers) if a is not None and code(a) in dtypes and a.ndim in ranks]
        if fit and self.rng.random() < 0.93:
            return self.rng.choices(fit, [2**min(i, 20) for i in range(len(fit))])[0]
        shape = self.shape()
        while len(shape) not in ranks:
            shape = self.shape()
        return self.input(self.rng.choice(dtypes), shape)

    def around(self, shape):
        """A shape that broadcasts with this one, or nearly always."""
        rng = self.rng
        other = [1 if rng.random() < 0.2 else n for n in shape]
        if rng.random() < 0.25:
            other = other[rng.randint(0, len(other)) :]
        elif rng.random() < 0.08:
            other = [rng.randint(1, 3), *other]
        if self.bad() and other:
            other[rng.randrange(len(other))] += 1
        return tuple(other)

    def within(self, shape):
        """A shape that broadcasts to this one, or nearly always."""
        rng = self.rng
        other = [1 if rng.random() < 0.2 else n for n in shape]
        if rng.random() < 0.3:
            other = other[rng.randint(0, len(other)) :]
        if self.bad():
            other = [*other, 2]
        return tuple(other)

    def scalar(self, dtype, kind=None):
        return scalar_token(elements(dtype, kind or self.kind(dtype), self.rng.randrange(1 << 20), 1)[0])

    def operand(self, dtype, shape, kind=None):
        """A scalar or an array of this dtype, and of this shape or a new one."""
        choice = self.rng.random()
        if choice < 0.3:
            return self.scalar(dtype, kind)
        fit = [i for i, a in enumerate(self.registers) if a is not None and code(a) == dtype and a.shape == shape]
        if choice < 0.6 and fit and kind is None:
            return f"r{self.rng.choice(fit)}"
        return f"r{self.input(dtype, shape, kind)}"

    def axis(self, rank):
        if self.bad() or not rank:
            return self.rng.choice([rank, -rank - 1])
        return self.rng.randrange(-rank, rank)

    def axes(self, rank, least=1):
        """One to all axes, no two the same unless by mistake."""
        axes = self.rng.sample(range(rank), self.rng.randint(min(least, rank), rank))
        axes = [axis - rank * (self.rng.random() < 0.3) for axis in axes]
        if self.bad():
            axes.append(self.rng.choice([rank, 0]))
        return tuple(axes)

    def two_axes(self, rank):
        """Two axes, different ones unless by mistake."""
        if rank < 2 or self.bad():
            return [self.axis(rank), self.axis(rank)]
        return [axis - rank * (self.rng.random() < 0.3) for axis in self.rng.sample(range(rank), 2)]

    def text(self, numbers):
        return "(" + ",".join(map(str, numbers)) + ")"

    def some_axes(self, rank, keep=True):
        text = ".." if not rank or self.rng.random() < 0.3 else self.text(self.axes(rank) if self.rng.random() < 0.4 else [self.axis(rank)])
        return "k" * (keep and self.rng.random() < 0.3) + text

    def single_axis(self, rank):
        return ".." if not rank or self.rng.random() < 0.3 else self.text([self.axis(rank)])

    def bound(self, size):
        return self.rng.choice(["", "", self.rng.randint(-size - 2, size + 2), self.rng.randint(-size - 2, size + 2)])

    def range(self, size):
        step = self.rng.choice(["", "", "", 1, 2, 3, -1, -1, -2, -3])
        if self.bad():
            step = 0
        return f"{self.bound(size)}:{self.bound(size)}:{step}"

    def index(self, size):
        return self.rng.choice([size, -size - 1]) if self.bad() or not size else self.rng.randrange(-size, size)

    def basic(self, shape):
        """A slice."""
        entries, rng = [], self.rng
        for size in shape:
            if rng.random() < 0.12:
                break
            entries.append(str(self.index(size)) if size and rng.random() < 0.2 else self.range(size))
        if self.bad():
            entries += ["0"] * (len(shape) + 1 - len(entries))
        for extra in ("n", "."):
            if rng.random() < 0.2:
                entries.insert(rng.randint(0, len(entries)), extra)
        if "." in entries and rng.random() < 0.5:
            # What stands behind the ellipsis means the last axes; give it their sizes by leaving it alone.
            entries = entries[: entries.index(".") + 1]
        return ";".join(entries) or "-"

    def indices(self, size, shape=None, dtypes="qqqqihBI"):
        """A register of indices into an axis."""
        rng = self.rng
        shape = rng.choice([(2,), (3,), (3,), (1,), (2, 1), (1, 3), (2, 3), (), (0,)]) if shape is None else shape
        size = size + 1 if self.bad() or not size else size
        return self.input(rng.choice(dtypes), shape, f"x{size}")

    def advanced(self, shape):
        """An index with arrays and masks among its entries."""
        entries, rng, axis = [], self.rng, 0
        common = rng.choice([None, (2,), (3,), (2, 3)])
        while axis < len(shape) and rng.random() < 0.88:
            choice = rng.random()
            if choice < 0.12 and axis + 2 <= len(shape):
                entries.append(f"r{self.input('?', self.spoiled(shape[axis : axis + 2]))}")
                axis += 2
                continue
            if choice < 0.25:
                entries.append(f"r{self.input('?', self.spoiled(shape[axis : axis + 1]))}")
            elif choice < 0.65:
                of_common = common and common[rng.randint(0, len(common) - 1) :]
                entries.append(f"r{self.indices(shape[axis], of_common)}")
            elif choice < 0.75:
                entries.append(str(self.index(shape[axis])))
            else:
                entries.append(self.range(shape[axis]))
            axis += 1
        if rng.random() < 0.2:
            entries.insert(rng.randint(0, len(entries)), "n")
        if rng.random() < 0.15:
            entries.append(".")
        if rng.random() < 0.05:
            entries.insert(rng.randint(0, len(entries)), rng.choice(["b:1", "b:1", "b:0"]))
        return ";".join(entries) or "."

    def spoiled(self, shape):
        """A shape, seldom another one."""
        return tuple(n + 1 for n in shape) if self.bad() else tuple(shape)

    def shape_of(self, spec, a, parts=1):
        """The shape that an index gives, for values to be written."""
        try:
            for text in spec:
                a = a[value("s", text, self.registers)]
            return a.shape
        except (IndexError, ValueError):
            return ()

    def writing(self, dtype, a, *specs):
        shape = self.within(self.shape_of(specs, a))
        return self.operand(dtype, shape)

    def like(self, i, count, shape=lambda self, a: a.shape):
        """Some more arrays of the dtype of register i."""
        a = self.registers[i]
        return [f"r{self.input(code(a), shape(self, a))}" for _ in range(count)]

    def operation(self):
        """A name and its arguments as text."""
        rng, family = self.rng, self.rng.choices(list(FAMILIES), [weight for weight, _ in FAMILIES.values()])[0]
        name = rng.choice(FAMILIES[family][1])
        return name, [str(word) for word in getattr(self, family)(name)]

    def program(self):
        self.start()
        wanted, tries = self.rng.randint(3, 8), 0
        done = 0
        while done < wanted:
            tries += 1
            before = len(self.registers)
            name, words = self.operation()
            try:
                result, text = result_text(name, arguments(name, words, self.registers))
            except Avoided:
                del self.registers[before:], self.steps[before:]
                continue
            self.registers.append(result)
            self.steps.append(f"{name} {' '.join(words)} = {text}")
            done += 1
        return "|".join(self.steps)

    # One method for each family of operations.

    def view(self, name):
        rng = self.rng
        ranks = {"rot90": (2, 3, 4), "diagonal": (2, 3, 4), "diag": (1, 2)}.get(name, range(9))
        i = self.pick(ALL, range(9) if self.bad() else ranks)
        a = self.registers[i]
        r, rank = f"r{i}", a.ndim
        match name:
            case "slice":
                return r, self.basic(a.shape)
            case "permute":
                return r, self.text(self.axes(rank, rank))
            case "t" | "ravel":
                return (r,)
            case "swapaxes":
                return r, self.axis(rank), self.axis(rank)
            case "moveaxis":
                count = rng.randint(1, max(rank, 1))
                return r, self.text(self.axes(rank)[:count]), self.text(self.axes(rank)[:count])
            case "reshape":
                return r, self.text(self.regrouped(a.shape))
            case "broadcast_to":
                shape = [rng.randint(1, 3) if n == 1 and rng.random() < 0.7 else n for n in a.shape]
                return r, self.text([rng.randint(0, 3)] * rng.randint(0, 1) + list(self.spoiled(shape)))
            case "expand_dims":
                count = rng.randint(1, 2)
                return r, self.text(rng.sample(range(-rank - count, rank + count), count))
            case "squeeze":
                ones = [axis for axis, n in enumerate(a.shape) if n == 1]
                return r, ".." if not ones or rng.random() < 0.3 else self.text([rng.choice(ones) + self.bad()])
            case "flip":
                return r, self.some_axes(rank, False)
            case "rot90":
                return r, rng.randint(-5, 5), self.text(self.two_axes(rank))
            case "roll":
                axes = self.axes(rank)
                if rng.random() < 0.3:
                    return r, self.text([rng.randint(-7, 7)]), ".."
                return r, self.text([rng.randint(-7, 7) for _ in axes]), self.text(axes)
            case "tile":
                return r, self.text([rng.choice([0, 1, 1, 2, 3, -1 if self.bad() else 2]) for _ in range(rng.randint(0, rank + 1))])
            case "repeat":
                axis = self.axis(rank)
                size = a.shape[axis] if -rank <= axis < rank else 1
                counts = [rng.randint(0, 3) for _ in range(size + self.bad())] if rng.random() < 0.5 else [rng.randint(0, 3)]
                return r, self.text(counts), axis
            case "pad":
                mode = rng.choice(["constant", "edge", "reflect", "symmetric", "wrap"])
                widths = [rng.randint(0, 3)] if not rank or rng.random() < 0.2 else [rng.randint(0, 3) for _ in range(2 * rank)]
                return r, self.text(widths), mode, self.scalar(code(a))
            case "diag" | "tril" | "triu":
                return r, rng.randint(-3, 3)
            case "diagonal":
                return r, rng.randint(-3, 3), *self.two_axes(rank)
            case "split" | "array_split":
                axis = self.axis(rank)
                size = a.shape[axis] if -rank <= axis < rank else 1
                count = rng.choice([n for n in range(1, size + 1) if size % n == 0] or [1]) if name == "split" else rng.randint(1, 4)
                return r, count + self.bad(), axis, rng.randrange(count)
            case "split_at":
                cuts = [rng.randint(-4, 6) for _ in range(rng.randint(0, 3))]
                return r, self.text(cuts), self.axis(rank), rng.randint(0, len(cuts))
            case "sliding":
                axes = self.axes(rank)
                return r, self.text([rng.randint(1, max(1, a.shape[axis] if -rank <= axis < rank else 1)) + self.bad() for axis in axes]), self.text(axes)
            case "atleast":
                return r, rng.randint(1, 3)

    def regrouped(self, shape):
        """Another shape of as many elements."""
        rng, size = self.rng, int(np.prod(shape, dtype=int))
        if size == 0:
            return rng.choice([(0,), (0, 3), (2, 0), (-1,), (-1, 2), shape])
        parts = []
        while size > 1 and rng.random() < 0.8:
            part = rng.choice([n for n in range(1, size + 1) if size % n == 0])
            parts.append(part)
            size //= part
        parts.append(size)
        if rng.random() < 0.3:
            parts[rng.randrange(len(parts))] = -1
        if self.bad():
            parts.append(rng.choice([2, 3, 0, -1]))
        return parts

    def pick_(self, name):
        rng = self.rng
        dtypes = NUMBERS if name in ("pick_add", "update_add", "update_subtract", "update_multiply") else ALL
        i = self.pick(dtypes, (2, 3, 4) if name == "diagonal_assign" and not self.bad() else range(9))
        a = self.registers[i]
        r, rank, dtype = f"r{i}", a.ndim, code(a)
        match name:
            case "pick":
                return r, self.advanced(a.shape)
            case "assign":
                spec = self.advanced(a.shape) if rng.random() < 0.5 else self.basic(a.shape)
                return r, spec, self.writing(dtype, a, spec)
            case "assign_part":
                first = self.basic(a.shape)
                second = self.basic(self.shape_of([first], a)) if rng.random() < 0.5 else self.advanced(self.shape_of([first], a))
                # An element of an array is no view in NumPy.
                if not self.shape_of([first], a):
                    first, second = ".", "."
                return r, first, second, self.writing(dtype, a, first, second)
            case "pick_add":
                spec = self.advanced(a.shape)
                return r, spec, self.writing(dtype, a, spec)
            case "update_add" | "update_subtract" | "update_multiply":
                spec = self.basic(a.shape)
                if not self.shape_of([spec], a):
                    spec = "."
                return r, spec, self.writing(dtype, a, spec)
            case "diagonal_assign":
                k, (axis1, axis2) = rng.randint(-2, 2), self.two_axes(rank)
                try:
                    shape = np.diagonal(a, k, axis1, axis2).shape
                except ValueError:
                    shape = ()
                return r, k, axis1, axis2, self.operand(dtype, self.within(shape))
            case "mask" | "mask_assign":
                shape = self.spoiled(a.shape[: rng.choice([rank, rank, rng.randint(0, rank)])])
                mask = self.input("?", shape)
                if name == "mask":
                    return r, f"r{mask}"
                return r, f"r{mask}", self.writing(dtype, a, f"r{mask}")
            case "take":
                axis = self.axis(rank)
                return r, f"r{self.indices(a.shape[axis] if -rank <= axis < rank else 1)}", axis
            case "take_along_axis" | "put_along_axis":
                axis = self.axis(rank)
                on_axis = -rank <= axis < rank
                shape = list(a.shape)
                if on_axis:
                    shape[axis] = rng.randint(0, 4)
                    shape = [1 if n != 0 and rng.random() < 0.1 else n for n in shape]
                indices = f"r{self.indices(a.shape[axis] if on_axis else 1, self.spoiled(shape))}"
                if name == "take_along_axis":
                    return r, indices, axis
                return r, indices, self.operand(dtype, self.within(shape)), axis
            case "compress":
                axis = self.axis(rank)
                size = a.shape[axis] if -rank <= axis < rank else 1
                return r, f"r{self.input('?', (max(0, size - rng.choice([0, 0, 1]) + self.bad()),))}", axis
            case "nonzero":
                return r, rng.randrange(max(rank, 1))
            case _:
                return (r,)

    def choice(self, name):
        rng = self.rng
        i = self.pick(REALS if name == "clip" else ALL)
        a = self.registers[i]
        r, dtype = f"r{i}", code(a)
        match name:
            case "clip":
                return r, self.operand(dtype, self.around(a.shape)), self.operand(dtype, self.around(a.shape))
            case "where":
                mask = f"r{self.input('?', self.around(a.shape))}"
                operands = [r, self.operand(dtype, self.around(a.shape))]
                rng.shuffle(operands)
                return mask, *operands
            case "choose":
                count = rng.randint(1, 3)
                numbers = self.input(rng.choice("BI"), self.around(a.shape), f"x{count + self.bad()}")
                return f"r{numbers}", r, *self.like(i, count - 1, lambda self, a: self.around(a.shape))
            case "select":
                masks = [f"r{self.input('?', self.around(a.shape))}" for _ in range(2)]
                return *masks, r, *self.like(i, 1, lambda self, a: self.around(a.shape)), self.scalar(dtype)

    def join(self, name):
        rng = self.rng
        i = self.pick()
        a = self.registers[i]
        r, rank, dtype = f"r{i}", a.ndim, code(a)
        axis = self.axis(rank + (name == "stack"))
        on_axis = -rank <= axis < rank

        def other(self, a, free=axis):
            shape = list(self.spoiled(a.shape))
            if rank and -rank <= free < rank:
                shape[free] = rng.randint(0, 3)
            return shape

        match name:
            case "concatenate":
                return axis, r, *self.like(i, rng.randint(0, 2), other)
            case "append":
                return r, *self.like(i, 1, other), axis
            case "stack":
                return axis, r, *self.like(i, rng.randint(0, 2), lambda self, a: self.spoiled(a.shape))
            case "vstack" | "hstack" | "dstack":
                free = {"vstack": 0, "hstack": 0 if rank == 1 else 1, "dstack": 2}[name]
                if name == "vstack" and rank == 1:
                    free = 9
                return r, *self.like(i, rng.randint(0, 2), lambda self, a: other(self, a, free))
            case "insert":
                size = a.shape[axis] if on_axis else 1
                at, count = self.places(size, True)
                shape = list(a.shape)
                if on_axis:
                    shape[axis] = count
                    if count == "one":
                        del shape[axis]
                return r, at, self.operand(dtype, self.within(shape)), axis
            case "delete":
                return r, self.places(a.shape[axis] if on_axis else 1, False)[0], axis

    def places(self, size, insert):
        """An entry that says where to insert or delete, and how many slices it names."""
        rng = self.rng
        choice = rng.random()
        if choice < 0.4:
            return str(self.index(size) if size else 0), "one"
        if choice < 0.7:
            count = rng.randint(1, 3)
            return f"r{self.indices(size, (count,), 'q')}", count
        if choice < 0.85 and not insert:
            return f"r{self.input('?', self.spoiled((size,)))}", 0
        text = self.range(size)
        try:
            return text, len(range(*value("s", text, [])[0].indices(size)))
        except ValueError:
            return text, 1

    def sorting(self, name):
        rng = self.rng
        if name in ("searchsorted", "digitize"):
            i = self.pick(REALS, (1,) if name == "searchsorted" and not self.bad() else range(9))
        elif name == "bincount":
            n = rng.randint(1, 9)
            return f"r{self.input(rng.choice('BIHhq' if self.bad() else 'BIH'), (rng.randint(0, 9),) if not self.bad() else (2, 2), f'x{n}')}", rng.randint(0, 6)
        else:
            i = self.pick(REALS if name == "isin" else ALL)
        a = self.registers[i]
        r, rank, dtype = f"r{i}", a.ndim, code(a)
        axis = self.axis(rank)
        size = a.shape[axis] if -rank <= axis < rank else 1
        match name:
            case "sort" | "argsort":
                return r, axis
            case "partition" | "argpartition":
                return r, self.index(size), axis
            case "topk":
                return r, rng.randint(0, size) + self.bad(), axis
            case "unique":
                return (r,)
            case "unique_all":
                return r, rng.randrange(4)
            case "lexsort":
                return axis, r, *(f"r{self.input(rng.choice(ALL), self.spoiled(a.shape), 't')}" for _ in range(rng.randint(0, 2)))
            case "searchsorted":
                return r, self.operand(dtype, self.shape()), rng.choice(["left", "right"])
            case "isin":
                return r, f"r{self.input(dtype, self.shape())}"
            case "digitize":
                edges = self.input(dtype, (rng.randint(0, 5),), "t")
                return r, f"r{edges}", rng.choice(["left", "right"])

    def reduction(self, name):
        dtypes = {"ptp": NUMBERS, "nanmax": FLOATS, "nanmin": FLOATS, "quantile": FLOATS, "diff": NUMBERS}.get(name, ALL)
        i = self.pick(dtypes)
        a = self.registers[i]
        r, rank = f"r{i}", a.ndim
        match name:
            case "argmax" | "argmin" | "cumsum" | "cumprod":
                return r, self.single_axis(rank)
            case "var" | "std" | "nanvar" | "nanstd":
                return r, self.some_axes(rank), self.rng.choice([0, 0, 1, 1, 2])
            case "quantile":
                return r, self.some_axes(rank), self.rng.choice(["0.0", "0.25", "0.5", "0.9", "1.0", "0.123", "1.5" if self.bad() else "0.75"])
            case "diff":
                return r, self.rng.randint(1, 3), self.axis(rank)
            case _:
                return r, self.some_axes(rank)

    def unary(self, name):
        return (f"r{self.pick(UNARY[name])}",)

    def function(self, name):
        return (f"r{self.pick(FIELDS)}",)

    def binary(self, name):
        i = self.pick(BINARY[name])
        a = self.registers[i]
        kind = "x70" if name.endswith("shift") and self.rng.random() < 0.8 else None
        if name == "power" and code(a) in INTEGERS:
            kind = "x4" if self.bad() or code(a) in UNSIGNED else "p"
        return f"r{i}", self.operand(code(a), self.around(a.shape), kind)

    def conversion(self, name):
        return f"r{self.pick()}", self.rng.choice(ALL)

    def closeness(self, name):
        i = self.pick()
        a = self.registers[i]
        return f"r{i}", self.operand(code(a), self.around(a.shape)), self.rng.choice(["nan", "plain"])

    def product(self, name):
        i = self.pick(NUMBERS)
        a = self.registers[i]
        rng = self.rng
        inner = a.shape[-1] if a.ndim else 2
        inner += self.bad()
        shape = rng.choice([(inner,), (inner, rng.randint(0, 5)), (*self.around(a.shape[:-2]), inner, rng.randint(1, 4))])
        return f"r{i}", f"r{self.input(code(a), shape, rng.choice('swt'))}"


FAMILIES = {
    "view": (30, ["slice"] * 10 + ["permute", "t", "swapaxes", "moveaxis", "reshape", "reshape", "ravel", "broadcast_to",
                  "expand_dims", "squeeze", "flip", "rot90", "roll", "tile", "repeat", "pad", "diag", "diagonal", "tril",
                  "triu", "split", "array_split", "split_at", "sliding", "atleast"]),
    "pick_": (22, ["pick"] * 5 + ["assign"] * 5 + ["assign_part", "assign_part", "pick_add", "diagonal_assign", "mask",
                   "mask", "mask_assign", "mask_assign", "take", "take_along_axis", "put_along_axis", "compress", "nonzero",
                   "argwhere", "flatnonzero", "update_add", "update_subtract", "update_multiply"]),
    "choice": (5, ["where", "where", "choose", "select", "clip"]),
    "join": (6, ["concatenate", "concatenate", "stack", "vstack", "hstack", "dstack", "append", "insert", "delete"]),
    "sorting": (8, ["sort", "sort", "argsort", "partition", "argpartition", "topk", "unique", "unique_all", "lexsort",
                    "searchsorted", "isin", "digitize", "bincount"]),
    "reduction": (13, ["any", "all", "count_nonzero", "max", "min", "ptp", "argmax", "argmin", "median", "quantile", "nanmax",
                       "nanmin", "sum", "sum", "prod", "mean", "var", "std", "cumsum", "cumprod", "nansum", "nanprod",
                       "nanmean", "nanvar", "nanstd", "diff"]),
    "unary": (7, list(UNARY)),
    "function": (3, list(FUNCTIONS)),
    "binary": (16, list(BINARY)),
    "conversion": (4, ["cast"]),
    "closeness": (1, ["isclose"]),
    "product": (2, ["matmul"]),
}  # fmt: skip


def show(program):
    registers = []
    for step in program.split("|"):
        name, *words = step.split(" = ")[0].split(" ")
        if name == "in":
            registers.append(make_input(words[0], numbers(words[1]), *words[2:]))
        else:
            registers.append(result_text(name, arguments(name, words, registers))[0])
        print(f"r{len(registers) - 1}: {step}\n{registers[-1]!r}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data/programs.txt.gz")
    parser.add_argument("--show")
    options = parser.parse_args()
    if options.show:
        show(options.show)
    else:
        generator = Generator(options.seed)
        text = "\n".join(generator.program() for _ in range(options.count)) + "\n"
        options.out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
