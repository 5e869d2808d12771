"""How NumPy 2.4 prints arrays: writes data/printing.txt, which tests/printing.rs replays.

A case is a dtype, a shape, a view, a precision and a few values as hexadecimal bits (complex numbers as
`re,im`), which fill the shape in row-major order, over and over. The view is then taken of that array:

    none    the array itself
    t       a.T
    rev     every axis reversed
    skip    every second entry of the first axis
    bcast   broadcast to two more rows: shape (2, *shape)

`str|` lines are `str(a)` (with a precision: `array2string(a, precision=p)`), `repr|` lines are `repr(a)`.

NumPy has no bfloat16 and prints `uintp` as `uint64`. For these two, its own layout code is given our dtype
names, and for bfloat16 decimal digits found by exact rational arithmetic (`Bfloat16`, below).
"""

from contextlib import contextmanager, nullcontext
from fractions import Fraction
from pathlib import Path
import math

import numpy as np
from numpy._core import arrayprint

assert np.__version__.startswith("2.4."), np.__version__

FLOATS = {"float64": (np.float64, np.uint64), "float32": (np.float32, np.uint32), "float16": (np.float16, np.uint16)}
INTEGERS = ["int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "uintp"]
COMPLEXES = {"complex128": "float64", "complex64": "float32"}


class Bfloat16:
    """Decimal digits of bfloat16 values, and NumPy's rules around them. Values are carried in float32."""

    precision = 2  # numpy.finfo's: floor(-log10(2**-7))

    @staticmethod
    def round(values):
        bits = np.asarray(values, np.float32).view(np.uint32).astype(np.uint64)
        bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
        return np.where(np.isnan(values), np.float32(np.nan), bits.astype(np.uint32).view(np.float32))

    @staticmethod
    def at(x, k):
        """x in units of 10**k, rounded half to even."""
        return round(x / Fraction(10) ** k)

    @classmethod
    def shortest(cls, x):
        """The pair (n, k) with the fewest digits such that n * 10**k identifies x > 0, and is nearest to x."""
        bits = int(np.float32(float(x)).view(np.uint32)) >> 16
        value = lambda b: Fraction(float(np.uint32(b << 16).view(np.float32)))
        below = (x + value(bits - 1)) / 2
        above = (x + value(bits + 1)) / 2 if bits + 1 < 0x7F80 else x + (x - value(bits - 1)) / 2
        inside = lambda y: below <= y <= above if bits % 2 == 0 else below < y < above
        lead = next(k for k in range(40, -60, -1) if x >= Fraction(10) ** k)
        for k in range(lead, -200, -1):
            unit = Fraction(10) ** k
            floor = math.floor(x / unit)
            candidates = [n for n in (floor, floor + 1) if inside(n * unit)]
            if candidates:
                return min(candidates, key=lambda n: (abs(n * unit - x), n % 2)), k
        raise AssertionError

    @classmethod
    def digits(cls, x, last):
        """x in units of 10**k, with k not below `last` (no limit: None) nor below what identifies x."""
        if x == 0:
            return 0, 0
        n, k = cls.shortest(x)
        return (n, k) if last is None or k >= last else (cls.at(x, last), last)

    @staticmethod
    def sign(x, plus):
        return "-" if np.signbit(x) else "+" if plus else ""

    @classmethod
    def positional(cls, x, precision=None, unique=True, fractional=True, trim=".", sign=False, min_digits=0,
                   pad_left=0, pad_right=0):
        n, k = cls.digits(abs(Fraction(float(x))), None if precision is None else -precision)
        text = str(n * 10 ** max(k, 0)).rjust(1 - min(k, 0), "0")
        point = len(text) + min(k, 0)
        whole, fraction = text[:point], text[point:].rstrip("0")
        return (cls.sign(x, sign) + whole).rjust(pad_left) + "." + fraction.ljust(pad_right)

    @classmethod
    def scientific(cls, x, precision=None, unique=True, trim="k", sign=False, min_digits=0, pad_left=0,
                   exp_digits=2):
        exact = abs(Fraction(float(x)))
        lead = math.floor(math.log10(float(exact))) if exact else 0
        n, k = cls.digits(exact, None if precision is None else lead - precision)
        if exact and len(str(n)) - 1 + k < lead + (min_digits or 0) and -k < (min_digits or 0) - lead:
            k = lead - min_digits
            n = cls.at(exact, k)
        text = str(n)
        exponent = len(text) - 1 + k if exact else 0
        fraction = text[1:].rstrip("0").ljust(min_digits or 0, "0")
        e = f"{abs(exponent):02}".rjust(exp_digits, "0")
        return (cls.sign(x, sign) + text[0]).rjust(pad_left) + f".{fraction}e{'-' if exponent < 0 else '+'}{e}"

    @classmethod
    def scalar(cls, x):
        if not np.isfinite(x):
            return str(x)
        if x == 0 or 1e-4 <= abs(x) < 1e2:
            text = cls.positional(x)
            return text + "0" if text.endswith(".") else text
        return cls.scientific(x).replace(".e", "e")


@contextmanager
def patched(dtype):
    """NumPy's layout code with the names, and for bfloat16 the digits, of a dtype it does not have."""
    names = ["dtype_short_repr", "dtype_is_implied", "dragon4_positional", "dragon4_scientific"]
    old, finfo = {name: getattr(arrayprint, name) for name in names}, np.finfo
    arrayprint.dtype_short_repr = lambda _: dtype
    arrayprint.dtype_is_implied = lambda _: False
    if dtype == "bfloat16":
        arrayprint.dragon4_positional = Bfloat16.positional
        arrayprint.dragon4_scientific = Bfloat16.scientific
        np.finfo = lambda _: Bfloat16
    try:
        yield
    finally:
        for name in names:
            setattr(arrayprint, name, old[name])
        np.finfo = finfo


class Writer:
    def __init__(self, file):
        self.file, self.count = file, 0

    def bits(self, dtype, values):
        values = np.asarray(values)
        if dtype in COMPLEXES:
            part = COMPLEXES[dtype]
            return [f"{r},{i}" for r, i in zip(self.bits(part, values.real), self.bits(part, values.imag))]
        if dtype == "bfloat16":
            return [f"{b >> 16:x}" for b in values.view(np.uint32).tolist()]
        if dtype in FLOATS:
            return [f"{b:x}" for b in values.view(FLOATS[dtype][1]).tolist()]
        return [f"{int(v) & 0xFFFF_FFFF_FFFF_FFFF:x}" for v in values.tolist()]

    def case(self, dtype, values, shape=None, view="none", precision=None):
        numpy_type = np.float32 if dtype == "bfloat16" else np.dtype(dtype)
        with np.errstate(over="ignore"):
            values = np.asarray(values).astype(numpy_type).ravel()
        if dtype == "bfloat16":
            values = Bfloat16.round(values)
        shape = (len(values),) if shape is None else shape
        a = np.resize(values, shape) if math.prod(shape) else np.zeros(shape, numpy_type)
        a = {
            "none": lambda: a,
            "t": lambda: a.T,
            "rev": lambda: a[(slice(None, None, -1),) * a.ndim],
            "skip": lambda: a[::2],
            "bcast": lambda: np.broadcast_to(a, (2, *a.shape)),
        }[view]()
        with patched(dtype) if dtype in ("bfloat16", "uintp") else nullcontext():
            if precision is not None:
                text = np.array2string(a, precision=precision)
            elif dtype == "bfloat16" and a.ndim == 0:
                text = Bfloat16.scalar(a[()])
            else:
                text = str(a)
            with np.printoptions(precision=8 if precision is None else precision):
                debug = repr(a)
        head = f"case {dtype} shape={','.join(map(str, shape))} view={view}"
        print(head, f"precision={'' if precision is None else precision}", file=self.file)
        print("bits", *self.bits(dtype, values), file=self.file)
        for line in text.split("\n"):
            print(f"str|{line}", file=self.file)
        for line in debug.split("\n"):
            print(f"repr|{line}", file=self.file)
        self.count += 1


def float_values(rng):
    """Columns of floats, each with something to get wrong."""
    nan, inf = math.nan, math.inf
    yield [1.0, 2.0, 3.0]
    yield [0.1, 0.25, 0.125, 100.0]
    yield [-1.5, 22.25, 3.0, -0.0]
    yield [0.0, -0.0]
    yield np.linspace(0, 1, 7)
    yield np.linspace(-1, 1, 9) ** 3
    yield [1e-4, 0.1]
    yield [9.999e-5, 0.05]
    yield [1.0, 1000.0]
    yield [1.0, 1000.5, 7.0]
    yield [99.5, 100.0, 100.5]
    yield [998.5, 999.5, 12.25]
    yield [999999.0, 1000.0]
    yield [1000000.0, 1234567.0]
    yield [99999999.0, 99999998.5, 1e6]
    yield [1e8, 1.5e8]
    yield [123456.789, 1234.5]
    yield [1e10, 1.2345e-5, 0.1]
    yield [1e-300, 1e300, 1.0]
    yield [5e-324, 1e-40, 6e-8, 2.0]
    yield [1.7976931348623157e308, 3.4e38, 65504.0, -1e100]
    yield [0.999999999, 0.5]
    yield [0.99999999, 9.99999999, 99.999999999]
    yield [9.999999999e9, 1.0]
    yield [0.1, 1.2345678e-5]
    yield [2.0**-24, 2.0**-14, 0.25]
    yield [2.0**k for k in range(-12, 12, 3)]
    yield [2097152.25, 2097152.75, 2097153.25]
    yield [256.25, 257.75, 32.25, 33.75]
    yield [0.5 + 2.0**-9, 0.5 + 3 * 2.0**-10, 1 + 2.0**-9]
    yield [10.0**k for k in range(-4, 0)]
    yield [10.0**k for k in range(0, 8)]
    yield [10.0**k for k in range(-7, 5, 2)]
    yield [nan, 1.0, 2.5]
    yield [nan, nan]
    yield [inf, 1.0]
    yield [-inf, 1.0, 2.0]
    yield [inf, nan]
    yield [-inf, nan, inf]
    yield [-inf, 1e-10, nan, 3.25, 1e5]
    yield [nan, 1e20, 1.0]
    yield [inf, 0.0, -0.0]
    yield [nan, -12345.678, 0.015625]
    yield rng.standard_normal(5)
    yield rng.standard_normal(12) * 100
    yield rng.random(9)
    yield np.exp(rng.standard_normal(8) * 3)
    yield np.exp(rng.standard_normal(10) * 9)
    yield rng.integers(-1000, 1000, 11) / 8
    yield rng.integers(-1000, 1000, 13) / 10
    yield rng.integers(0, 10, 20)
    yield np.round(rng.standard_normal(14), 3)


def scalars():
    return [0.0, -0.0, 1.0, -2.5, 0.1, 1 / 3, 100.0, 99.5, 1000.0, 999.5, 1e6, 999999.0, 123456789.0, 1e15, 1e16,
            9007199254740994.0, 1125899906842624.25, 1e-4, 9.9e-5, 1e-5, 1.5e-7, math.nan, math.inf, -math.inf, 6.25e20]


def random_shapes(dtype, values, write, rng):
    """One pool of values in many shapes and views."""
    for shape in [(1,), (2, 3), (3, 1), (2, 2, 2), (1, 1, 1, 1), (2, 1, 2, 3), (1, 17), (3, 13)]:
        write.case(dtype, values, shape)
    for view in ["t", "rev", "skip", "bcast"]:
        for shape in [(6,), (3, 4), (4, 2, 3)]:
            write.case(dtype, rng.permutation(values), shape, view)
    write.case(dtype, values, (), "bcast")
    for shape in [(0,), (0, 3), (2, 0, 3), (1, 0)]:
        write.case(dtype, values[:1], shape)


def summarised(dtype, values, write):
    """Beyond 1000 elements: only edges are shown."""
    for shape in [(1001,), (40, 30), (2, 600), (600, 2), (1, 1200)]:
        write.case(dtype, values, shape)
    if dtype in ("float64", "int64"):
        for shape in [(1000,), (1200, 1), (7, 6, 30), (11, 10, 10), (3, 2, 200, 2)]:
            write.case(dtype, values, shape)
    write.case(dtype, values, (50, 30), "t")
    write.case(dtype, values, (2002,), "skip")
    write.case(dtype, values, (501,), "bcast")


def hidden(dtype, values, write):
    """Values in the middle that would change the column if they counted: the edges are the first and last three."""
    write.case(dtype, values, (1200,))
    write.case(dtype, values, (100, 12), "rev")


def main():
    data = Path(__file__).parent / "data"
    rng = np.random.default_rng(2024)
    with open(data / "printing.txt", "w", newline="\n") as file:
        print(f"# tests/reference/printing.py, NumPy {np.__version__}", file=file)
        write = Writer(file)
        for dtype in [*FLOATS, "bfloat16"]:
            for values in float_values(np.random.default_rng(1)):
                write.case(dtype, values)
            for x in scalars():
                write.case(dtype, [x], ())
            pool = np.round(rng.standard_normal(7) * 10, 2)
            random_shapes(dtype, pool, write, rng)
            summarised(dtype, [0.5, -1.0, 2.25, 30.0, 4.0, 5.125, 7.0], write)
            hidden(dtype, [1, 2, 3.5, math.nan, -math.inf, 1e-7, 6e4, -123.456, 0.1, 4, 5, 6], write)
        for dtype in ["float64", "float32", "float16"]:
            pools = [[3.14159265, 2.71828, 0.5], [0.0004, 0.0006, 0.01], [0.0005, 0.0015, 0.0025], [1e-9, 1.0, 123.456],
                     [math.nan, 1 / 3], [0.1, 0.2, 0.3], [12345.678, 0.1]]
            for values in pools:
                for precision in [0, 1, 3, 20]:
                    write.case(dtype, values, precision=precision)
            write.case(dtype, [math.pi], (), precision=3)
        write.case("float64", [2.0**-44, 1125899906842624.25], precision=17)
        write.case("float64", [0.1, 12345678901.234567], precision=17)

        for dtype in INTEGERS:
            low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
            write.case(dtype, np.array([low, 0, high], dtype))
            write.case(dtype, np.array([1, 2, 3], dtype))
            write.case(dtype, np.array([low // 2, 7, 100], dtype))
            write.case(dtype, np.array([high], dtype), ())
            random_shapes(dtype, np.array([1, 20, 3, 0, 100, 5, 60], dtype), write, rng)
            write.case(dtype, np.arange(40, dtype=dtype))
        summarised("int64", np.array([1, -20, 3, 4000, 5]), write)
        hidden("int64", np.array([1, 2, 3, 10**9, -(10**9), 0, 70, 8, 9, 4, 5, 6]), write)
        write.case("int8", np.array([1, -20, 3, 100, 5]), (7, 2, 7, 2, 7))
        write.case("int8", np.array([1, -20, 3, 100, 5]), (1, 2, 7, 100, 1))

        random_shapes("bool", np.array([True, False, True, True, False]), write, rng)
        summarised("bool", np.array([True, False, True]), write)
        for values in ([True], [False], [True, True], [False, False, True]):
            write.case("bool", np.array(values))
        for value in (True, False):
            write.case("bool", np.array([value]), ())

        for dtype in COMPLEXES:
            columns = list(float_values(np.random.default_rng(7)))
            for i, re in enumerate(columns if dtype == "complex128" else columns[::3]):
                im = np.resize(np.asarray(columns[(i * 5 + 4) % len(columns)], float), len(re))
                write.case(dtype, [complex(r, i) for r, i in zip(re, im)])
            for i, re in enumerate(scalars()):
                for im in ([0.0, -0.0, 1.5], [-1e20, math.nan, -math.inf])[i % 2]:
                    write.case(dtype, [complex(re, im)], ())
            pool = np.array([1 + 2j, -0.5j, 3.25, 100 - 7j, 0.125 + 0.5j])
            random_shapes(dtype, pool, write, rng)
            summarised(dtype, pool, write)
            for precision in [0, 2, 12]:
                write.case(dtype, [1 / 3 + 2j / 7, 100 - 1e-3j, complex(0, math.nan)], precision=precision)
        print(f"{write.count} cases")


if __name__ == "__main__":
    main()
