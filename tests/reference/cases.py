"""What the reference scripts share: input arrays and the text form of results. NumPy 2.4.6.

An array is written <shape>:<values>, its values separated by blanks; a failure is written "error".
An input array is 0, 1, 2, ... in a layout: c as it is, t transposed, r all axes reversed, s every second
element of a larger array along each axis; followed by its shape.
"""

import warnings
from pathlib import Path

import numpy as np

assert np.__version__ == "2.4.6"
warnings.simplefilter("ignore")


def text_of(shape):
    return ",".join(map(str, shape))


def lay_out(kind, shape):
    if kind == "s":
        wide = tuple(2 * n for n in shape)
        return np.arange(int(np.prod(wide))).reshape(wide)[(..., *(slice(None, None, 2) for _ in shape))]
    if kind == "t":
        return np.arange(int(np.prod(shape))).reshape(shape[::-1]).T
    a = np.arange(int(np.prod(shape))).reshape(shape)
    return a[(..., *(slice(None, None, -1) for _ in shape))] if kind == "r" else a


def array_of(text):
    """The input array that a text such as "t2,3" stands for."""
    return lay_out(text[0], tuple(int(n) for n in text[1:].split(",") if n))


def number(x):
    return repr(float(x)) if isinstance(x, np.floating) else str(int(x))


def show(values, separator=" "):
    values = np.asarray(values)
    return f"{text_of(values.shape)}:" + separator.join(number(x) for x in values.ravel())


def attempt(f):
    """The text of a result or of several, or "error"."""
    try:
        result = f()
    except (IndexError, TypeError, ValueError, ZeroDivisionError):
        return "error"
    return ";".join(map(show, result)) if isinstance(result, (list, tuple)) else show(result)


def save(name, lines):
    Path(__file__).with_name("data").joinpath(name).write_text("\n".join(lines) + "\n")
