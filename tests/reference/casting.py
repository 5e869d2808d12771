"""NumPy 2.4's `astype` between all pairs of dtypes: writes data/casting.txt, which tests/casting.rs replays.

    from DTYPE BITS...      values, as hexadecimal bits (complex: `re,im`)
    to DTYPE BITS...        what `astype` makes of them; `-` where NumPy leaves it undefined
    fits 0101...            of which values the target has an equal, up to the rounding of floats

bfloat16, which NumPy has not got, is carried in float32 and rounded half to even: from the exact value if
that is a float, from its float32 if it is an integer. `fits` is decided on exact values, not by casting.
"""

from fractions import Fraction
from pathlib import Path
import math
import warnings

import numpy as np

assert np.__version__.startswith("2.4."), np.__version__
warnings.simplefilter("ignore")

FLOATS = {"float64": np.uint64, "float32": np.uint32, "float16": np.uint16, "bfloat16": np.uint32}
COMPLEXES = {"complex128": "float64", "complex64": "float32"}
INTEGERS = ["int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "uintp"]
DTYPES = [*FLOATS, *COMPLEXES, *INTEGERS, "bool"]
BFLOAT16_MAX = Fraction(2) ** 127 * Fraction(255, 128)


def numpy_type(dtype):
    return np.dtype("float32" if dtype == "bfloat16" else dtype)


def to_bfloat16(values):
    """Finite float64 values are rounded from their exact value, which float32 may not hold."""
    rounded = []
    for x in np.asarray(values, np.float64):
        if not np.isfinite(x) or x == 0:
            rounded.append(x)
            continue
        ulp = Fraction(2) ** (max(math.frexp(x)[1] - 1, -126) - 7)
        y = round(Fraction(float(x)) / ulp) * ulp
        rounded.append(math.copysign(math.inf if abs(y) > BFLOAT16_MAX else float(abs(y)), x))
    return np.array(rounded, np.float64).astype(np.float32)


def source(dtype, values):
    if dtype in COMPLEXES:
        return np.array(values, np.complex128).astype(dtype)
    if dtype == "bfloat16":
        return to_bfloat16(values)
    return np.array(values).astype(dtype)


def bits(dtype, values):
    if dtype in COMPLEXES:
        part = COMPLEXES[dtype]
        return [f"{r},{i}" for r, i in zip(bits(part, values.real), bits(part, values.imag))]
    if dtype in FLOATS:
        shift = 16 if dtype == "bfloat16" else 0
        return [f"{b >> shift:x}" for b in np.ascontiguousarray(values).view(FLOATS[dtype]).tolist()]
    return [f"{int(v) & 0xFFFF_FFFF_FFFF_FFFF:x}" for v in values.tolist()]


def cast(values, to):
    if to == "bfloat16":
        values = values.real if values.dtype.kind == "c" else values
        return to_bfloat16(values if values.dtype.kind == "f" else values.astype(np.float32))
    return values.astype(numpy_type(to))


def is_defined(value, to):
    """C leaves a float outside an integer type's range undefined, after truncation."""
    real = value.real
    if to not in INTEGERS or not isinstance(real, float):
        return True
    return math.isfinite(real) and np.iinfo(to).min <= math.trunc(real) <= np.iinfo(to).max


def fits(value, to):
    """Whether the Python number is a value of the dtype, up to the rounding of floats."""
    if to in COMPLEXES:
        return fits(value.real, COMPLEXES[to]) and fits(value.imag, COMPLEXES[to])
    if value.imag != 0:
        return False
    value = value.real
    if to in FLOATS:
        if isinstance(value, float) and not math.isfinite(value):
            return True
        largest = BFLOAT16_MAX if to == "bfloat16" else Fraction(float(np.finfo(to).max))
        digits = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}[to]
        # Rounds to infinity from half an ulp beyond the largest value on.
        return abs(Fraction(value)) < largest * (1 + Fraction(1, 2 ** (digits + 1) - 2))
    if isinstance(value, float) and not value.is_integer():
        return False
    low, high = (0, 1) if to == "bool" else (np.iinfo(to).min, np.iinfo(to).max)
    return low <= int(value) <= high


EDGES = [2**7, 2**8, 2**15, 2**16, 2**24, 2**31, 2**32, 2**53, 2**63, 2**64]
WHOLE = sorted({s * e + d for e in EDGES for d in (-1, 0, 1) for s in (1, -1)} | {0, 1, -1, 2, 100, 65519, 65520, 12345678901})
REAL = [float(w) for w in WHOLE] + [
    -0.0, 0.5, -0.5, -0.9, 1.5, 2.5, -2.5, 254.9, 255.9, -128.9, 65519.99, 1e20, -1e20, 3.4e38, 3.4028236e38, 3.3953e38, 3.39e38,
    1e39, 1e300, 1e-8, 2.0**-25, 3e-46, 1e-40, 5e-324, 1 + 2.0**-11, 1 + 2.0**-11 + 2.0**-40, 1 + 2.0**-8,
    1 + 2.0**-8 + 2.0**-40, 1 + 2.0**-24, 1 + 2.0**-24 + 2.0**-50, math.nan, math.inf, -math.inf,
]


def values_of(dtype):
    if dtype in FLOATS:
        return REAL
    if dtype in COMPLEXES:
        return [complex(re, im) for re, im in zip(REAL, ([0.0] * 7 + [-0.0, 1.5, math.nan]) * 20)] + [1e39j, 0j, 1j]
    if dtype == "bool":
        return [False, True]
    return [w for w in WHOLE if np.iinfo(dtype).min <= w <= np.iinfo(dtype).max]


def main():
    with open(Path(__file__).parent / "data" / "casting.txt", "w", newline="\n") as file:
        print(f"# tests/reference/casting.py, NumPy {np.__version__}", file=file)
        for of in DTYPES:
            values = source(of, values_of(of))
            print("from", of, *bits(of, values), file=file)
            numbers = values.tolist()
            for to in DTYPES:
                results = bits(to, cast(values, to))
                results = [r if is_defined(v, to) else "-" for v, r in zip(numbers, results)]
                print("to", to, *results, file=file)
                print("fits", "".join(str(int(fits(v, to))) for v in numbers), file=file)


if __name__ == "__main__":
    main()
