"""A peer in Python: does the rows that it is asked for, a line on standard input for each command.

    prepare ROW PATH…    reads the inputs; replies with the names of this library's ways to do the row
    answer NAME PATH     does it once and writes the numbers of the answer
    time NAME COUNT      does it COUNT times; replies with the seconds per time
    cpu_time NAME COUNT  the same in CPU time
    quit

Whatever goes wrong is replied as `failed`, with the message.

A library's rows are a module: `VERSION`, `convert` from NumPy's arrays to its own, and `ROWS`, functions by the rows'
names. Such a function takes the converted inputs and gives the ways to do the row, by their names.
"""

import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")

SIZES = ("10m", "1k")
MATMULS = (
    *(f"matmul_{dtype}_{n}" for dtype in ("f32", "f64") for n in (64, 128, 256, 512, 1024, 2048)),
    *(f"matmul_f32_{n}x1024x1024" for n in (1, 64, 256)),
    *(f"matmul_f32_{shape}" for shape in ("32x784x256", "tn_512", "nt_512")),
)


def plain(library, function):
    """A row that the library does in one way only."""
    return lambda *inputs: {library: lambda: function(*inputs)}


def out(library, function):
    """A row with a new result and with one that is there, which NumPy and PyTorch call `out`."""

    def row(*inputs):
        result = function(*inputs)
        return {
            library: lambda: function(*inputs),
            f"{library}-out": lambda: function(*inputs, out=result),
        }

    return row


def numbers(answer):
    """All numbers of an answer in row-major order, of complex ones the absolute values."""
    if isinstance(answer, (tuple, list)):
        return np.concatenate([numbers(part) for part in answer])
    if hasattr(answer, "detach"):
        answer = answer.detach().numpy()
    answer = np.asarray(answer)
    if np.iscomplexobj(answer):
        answer = np.abs(answer)
    return answer.astype(np.float64).ravel()


def settle():
    """Waits until threads that spin after their work have gone to sleep: they would slow the next candidate."""
    for _ in range(100):
        before = time.process_time()
        time.sleep(0.003)
        if time.process_time() - before < 0.001:
            return


def serve(library):
    """Does what is asked for."""
    print(library.VERSION, flush=True)
    candidates = {}
    for line in sys.stdin:
        command, *words = line.split()
        if command == "quit":
            break
        try:
            if command == "prepare":
                row, paths = words[0], words[1:]
                inputs = [library.convert(np.load(path)) for path in paths]
                candidates = library.ROWS[row](*inputs) if row in library.ROWS else {}
                reply = " ".join(candidates)
            elif command == "answer":
                np.save(words[1], numbers(candidates[words[0]]()))
                reply = "done"
            else:
                run, count = candidates[words[0]], int(words[1])
                now = time.perf_counter if command == "time" else time.process_time
                start = now()
                for _ in range(count):
                    run()
                seconds = (now() - start) / count
                settle()
                reply = repr(seconds)
        except Exception as error:
            reply = f"failed {type(error).__name__}: {error}".replace("\n", " ")
        print(reply, flush=True)
