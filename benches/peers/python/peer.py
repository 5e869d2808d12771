"""A peer in Python: does the rows that it is asked for, a line on standard input for each command.

    prepare ROW PATH…    reads the inputs; replies with the names of this library's ways to do the row
    answer NAME PATH     does it once and writes the numbers of the answer
    time NAME COUNT      does it COUNT times; replies with the seconds per time
    cpu_time NAME COUNT  the same in CPU time
    quit

Whatever goes wrong is replied as `failed`, with the message.
"""

import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")


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


def serve(version, rows, convert):
    """Does what is asked for. A row is a function of the converted inputs and gives the candidates by name."""
    print(version, flush=True)
    candidates = {}
    for line in sys.stdin:
        command, *words = line.split()
        if command == "quit":
            break
        try:
            if command == "prepare":
                row, paths = words[0], words[1:]
                inputs = [convert(np.load(path)) for path in paths]
                candidates = rows[row](*inputs) if row in rows else {}
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
