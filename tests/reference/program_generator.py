"""Random programs: see programs.py."""

import random

import numpy as np

from program_operations import BINARY, FUNCTIONS, UNARY, arguments
from program_results import Avoided, result_text
from program_values import (
    ALL, FIELDS, FLOATS, INTEGERS, NUMBERS, REALS, UNSIGNED, code, elements, make_input, scalar_token,
    value,
)  # fmt: skip


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
        # NumPy's log1p of complex numbers is no reference near 0.
        return (f"r{self.pick(FLOATS if name == 'log1p' else FIELDS)}",)

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
