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

`program_values.py` makes inputs, `program_operations.py` calls NumPy, `program_results.py` says how exact a result is,
`program_generator.py` makes programs up.

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
import warnings
from pathlib import Path

import numpy as np

from program_generator import Generator
from program_operations import arguments
from program_results import result_text
from program_values import make_input, numbers

assert np.__version__ == "2.4.6"
warnings.simplefilter("ignore")


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
