"""How exact results are, and their text: see programs.py."""

import zlib

import numpy as np

from program_operations import FLOAT_FUNCTIONS, FUNCTIONS, RUN
from program_values import COMPLEX, DTYPES, FIELDS, FLOATS, INTEGERS, bits_of, code

WIDE = {"d": np.longdouble, "f": np.longdouble, "e": np.longdouble, "D": np.clongdouble, "F": np.clongdouble}
MOST_VALUES = 20
MOST_ELEMENTS = 3000
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


def checked(places, a, axis):
    """Whether all places to insert at lie in the axis."""
    size = a.shape[axis] if -a.ndim <= axis < a.ndim else 0
    return ((-size <= places) & (places <= size)).all()


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
    # Medians of nothing but no results are an error in NumPy; lists of places to insert at are
    # not looked at, nor are the counts of nothing.
    if name in ("median", "quantile") and a.size == 0:
        raise Avoided
    if name == "insert" and isinstance(args[1][0], np.ndarray) and not checked(args[1][0], a, args[3]):
        raise Avoided
    if name == "tile" and a.size == 0 and min(args[1], default=0) < 0:
        raise Avoided
    if name == "median" and code(a) in COMPLEX and (np.abs(a) > np.finfo(a.dtype).max / 4).any():
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
