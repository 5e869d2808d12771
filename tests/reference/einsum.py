"""What numpy.einsum makes of subscripts, for tests/einsum.rs. NumPy 2.4.6.

From the project's root: python3 tests/reference/einsum.py
Writes tests/reference/data/einsum.txt: one case per line,

    subscripts|dtype|operand;operand;...|result

An operand is a layout and a shape, as in cases.py. Element e (in row-major order) of operand p is the whole number
(7e + 3p) mod 5 - 2, and of complex operands has the imaginary part (3e + p) mod 3 - 1; so results are whole numbers
too, exact in every dtype and order of summation. A result is its shape and the FNV-1a hash of its elements, as
64-bit little-endian integers in row-major order, or "error".

First come all calls that NumPy's own tests make with a string of subscripts, each with at most three sets of shapes,
long axes shortened; then generated ones; then faulty ones, made from those by small changes.
"""

import random
import re
import sys
import types

import numpy as np
from cases import lay_out, save, text_of

DTYPES = ["float64", "float32", "int64", "complex128"]


def operand(p, text, dtype):
    """Operand p of a case."""
    kind, shape = text[0], tuple(int(n) for n in text[1:].split(",") if n)
    # The layout of cases.py tells where the elements lie; their values go by the order in the array.
    laid = lay_out(kind, shape).astype(dtype)
    e = np.arange(laid.size).reshape(shape)
    values = (7 * e + 3 * p) % 5 - 2
    laid[...] = values + 1j * ((3 * e + p) % 3 - 1) if dtype.startswith("complex") else values
    return laid


def fnv1a(values):
    h = 0xCBF29CE484222325
    for byte in np.ascontiguousarray(values, dtype="<i8").tobytes():
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    return h


def result(spec, operands):
    try:
        # Without optimisation: the loops in C, whose grammar is the stricter one.
        out = np.einsum(spec, *operands, optimize=False)
    except (ValueError, UnicodeEncodeError):
        return "error"
    flat = np.ascontiguousarray(out).reshape(-1)
    if out.dtype.kind == "c":
        flat = flat.view(np.float64)
    whole = flat.astype(np.int64)
    assert (whole == flat).all()
    return f"{text_of(out.shape)}:{fnv1a(whole):016x}"


def line(spec, dtype, texts):
    operands = [operand(p, text, dtype) for p, text in enumerate(texts)]
    return f"{spec}|{dtype}|{';'.join(texts)}|{result(spec, operands)}"


def parametrize(names, values):
    """pytest.mark.parametrize, for functions that are then called without a framework."""
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names

    def decorate(function):
        def all_of(*args, **kwargs):
            for value in values:
                function(*args, **kwargs, **dict(zip(names, value if len(names) > 1 else [value])))

        return all_of

    return decorate


def calls_of_numpys_tests():
    """Subscripts and shapes of every call in numpy/_core/tests/test_einsum.py, also of those that must fail."""
    # What that file needs of pytest.
    pytest = types.ModuleType("pytest")
    pytest.mark = types.SimpleNamespace(parametrize=parametrize)
    pytest.raises = np.testing.assert_raises
    sys.modules["pytest"] = pytest
    calls = {}

    def recording(function):
        def recorded(*args, **kwargs):
            if args and isinstance(args[0], str) and "out" not in kwargs:
                shapes = calls.setdefault(args[0], [])
                try:
                    shapes.append(tuple(map(np.shape, args[1:])))
                except ValueError:
                    pass
            return function(*args, **kwargs)

        return recorded

    np.einsum, np.einsum_path = recording(np.einsum), recording(np.einsum_path)
    from numpy._core.tests import test_einsum

    ran = 0
    for test in (test_einsum.TestEinsum(), test_einsum.TestEinsumPath()):
        for name in dir(test):
            if name.startswith("test_"):
                getattr(test, name)()
                ran += 1
    assert ran > 40
    return calls


def short(n):
    """A long axis, shortened: its remainder still tells it from others."""
    return n if n <= 12 else 5 + n % 7


def numpys_lines():
    lines = []
    for number, (spec, shapes) in enumerate(sorted(calls_of_numpys_tests().items())):
        unique = sorted(set(tuple(tuple(map(short, shape)) for shape in case) for case in shapes))
        chosen = unique if len(unique) <= 3 else [unique[0], unique[len(unique) // 2], unique[-1]]
        for case, operands in enumerate(chosen):
            texts = ["ctrs"[(number + p) % 4] + text_of(shape) for p, shape in enumerate(operands)]
            lines.append(line(spec, DTYPES[(number + case) % 4], texts))
    return lines


def iterations(sizes):
    product = 1
    for n in sizes:
        product *= max(n, 1)
    return product


def generated(rng):
    """Subscripts and operands that fit them."""
    while True:
        count = rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 5, 6])
        letters = rng.sample("abcdijkxyzABCXYZ", rng.randint(1, 7 if count > 2 else 5))
        sizes = {c: rng.choice([2, 2, 3, 3, 4, 5, 1, 6] if rng.random() < 0.93 else [0]) for c in letters}
        hidden = [rng.choice([1, 2, 3, 2, 4]) for _ in range(rng.randint(0, 3))]
        if iterations([*sizes.values(), *hidden]) > 3000:
            continue
        terms, shapes, behind = [], [], 0
        for _ in range(count):
            term = rng.sample(letters, rng.randint(0, min(len(letters), 4)))
            if term and rng.random() < 0.25:
                term.insert(rng.randrange(len(term) + 1), rng.choice(term))
            # An axis of size 1 that broadcasts; on a diagonal, all of its axes.
            ones = {c for c in term if rng.random() < 0.08}
            shape = [1 if c in ones else sizes[c] for c in term]
            if rng.random() < 0.4:
                at = rng.randrange(len(term) + 1)
                depth = rng.randint(0, len(hidden))
                behind = max(behind, depth)
                tail = [1 if rng.random() < 0.2 else n for n in hidden[len(hidden) - depth :]]
                term.insert(at, "...")
                shape[at:at] = tail
            terms.append(term)
            shapes.append(shape)
        spec = [",".join("".join(term) for term in terms)]
        if rng.random() < 0.7:
            used = sorted({c for term in terms for c in term if c != "..."})
            output = rng.sample(used, rng.randint(0, min(len(used), 5)))
            if behind or rng.random() < 0.2:
                output.insert(rng.randrange(len(output) + 1), "...")
            spec.append("".join(output))
        text = "->".join(spec)
        if rng.random() < 0.15:
            # Blanks between symbols, which an ellipsis and an arrow are.
            text = "".join(part + " " * (rng.random() < 0.4) for part in re.findall(r"\.\.\.|->|.", text))
        texts = [rng.choice("cctrs") + text_of(shape) for shape in shapes]
        return text, rng.choice(DTYPES), texts


def mangled(rng, spec, texts):
    """The same with a fault, most likely."""
    spec, texts = list(spec), list(texts)
    kind = rng.randrange(6)
    if kind == 0 and spec:
        del spec[rng.randrange(len(spec))]
    elif kind == 1:
        spec.insert(rng.randrange(len(spec) + 1), rng.choice(list(".,->aiZ1$ \t") + ["...", "->", ",,"]))
    elif kind == 2 and spec:
        spec[rng.randrange(len(spec))] = rng.choice(list(".,->aiZ9_"))
    elif kind == 3:
        p = rng.randrange(len(texts))
        shape = [n for n in texts[p][1:].split(",") if n]
        if shape:
            shape[rng.randrange(len(shape))] = str(rng.choice([2, 3, 7]))
            texts[p] = texts[p][0] + ",".join(shape)
    elif kind == 4:
        p = rng.randrange(len(texts))
        texts[p] = "c" + ",".join([*(n for n in texts[p][1:].split(",") if n), "2"])
    else:
        texts = texts[1:] if len(texts) > 1 and rng.random() < 0.5 else [*texts, "c2"]
    return "".join(spec), texts


def reads_outside(spec, texts):
    """NumPy 2.4 takes 0 and 1 on one diagonal for equal, and reads what is not there."""
    shapes = [[int(n) for n in text[1:].split(",") if n] for text in texts]
    return any(0 in shape and 1 in shape for shape in shapes) and re.search(r"(\w)[^,]*\1", spec.split("->")[0])


def main():
    own = numpys_lines()
    rng = random.Random(4)
    lines, fine, faulty = set(), 0, 0
    ordered = []
    while fine < 2000 or faulty < 400:
        spec, dtype, texts = generated(rng)
        if fine >= 2000:
            spec, texts = mangled(rng, spec, texts)
        shapes = [[int(n) for n in text[1:].split(",") if n] for text in texts]
        if reads_outside(spec, texts) or iterations(n for shape in shapes for n in shape) > 10**7:
            continue
        new = line(spec, dtype, texts)
        is_fault = new.endswith("error")
        assert is_fault <= (fine >= 2000), new
        if new in lines:
            continue
        lines.add(new)
        ordered.append(new)
        fine, faulty = fine + (not is_fault), faulty + is_fault
    faults = sum(text.endswith("error") for text in own)
    print(f"{len(own)} cases of NumPy's ({faults} faults), {fine} generated, {faulty} faults")
    save("einsum.txt", own + ordered)


if __name__ == "__main__":
    sys.exit(main())
