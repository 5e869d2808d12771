"""Element types, inputs, and the text form of arguments: see programs.py."""

import numpy as np

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


def code(a):
    return CODES[a.dtype]


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
