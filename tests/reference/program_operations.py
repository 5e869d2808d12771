"""The operations of programs and what NumPy does for them: see programs.py."""

import numpy as np

from program_values import ALL, COMPLEX, DTYPES, FIELDS, FLOATS, INTEGERS, NUMBERS, REALS, value

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


def put_diagonal(a, k, axis1, axis2, values):
    diagonal = np.diagonal(a, k, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = values


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


def arguments(name, words, registers):
    signature = SIGNATURES[name]
    if signature.endswith("*"):
        fixed, repeated = signature[:-2], signature[-2]
        signature = fixed + repeated * (len(words) - len(fixed))
    assert len(signature) == len(words), (name, words)
    return [value(kind, word, registers) for kind, word in zip(signature, words)]
