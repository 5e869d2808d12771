"""What numpy.linalg says: of functions of small matrices, and LAPACK's singular values and eigenvalues.

Written with NumPy 2.4.6. From the project's root: OPENBLAS_NUM_THREADS=1 python3 tests/reference/linalg.py
Writes tests/reference/data/linalg.txt: per expression a line `>>> expression`, then <shape>:<values>, complex
numbers as two values; and tests/reference/data/linalg_values.txt: lines <what> <dtype> <matrix>:<values>, of the
matrices that array-core/tests/linalg/matrices.rs builds by the same names, rounded to the dtype and decomposed in
double precision.
"""

import math

import numpy as np
from cases import save, text_of

PROGRAM = """
! rng = np.random.default_rng(5)
! A = rng.standard_normal((3, 3))
! S = rng.standard_normal((2, 3, 3))
! W = rng.standard_normal((4, 2))
! v = rng.standard_normal(5)
! B = rng.standard_normal((3, 2))
! Z = S[0] + 1j * S[1]
! H = A @ A.T + np.eye(3)
! R = np.outer(np.arange(1.0, 5.0), np.arange(1.0, 4.0))
np.linalg.norm(v)
np.linalg.norm(v, 0)
np.linalg.norm(v, 1)
np.linalg.norm(v, -1)
np.linalg.norm(v, 3)
np.linalg.norm(v, 2.5)
np.linalg.norm(v, np.inf)
np.linalg.norm(v, -np.inf)
np.linalg.norm(Z)
np.linalg.norm(S, axis=1)
np.linalg.norm(S, axis=(0, 2))
np.linalg.norm(S, axis=1, keepdims=True)
np.linalg.norm(S, 1, axis=-1)
np.linalg.norm(W, "fro")
np.linalg.norm(W, "nuc")
np.linalg.norm(W, 1)
np.linalg.norm(W, -1)
np.linalg.norm(W, 2)
np.linalg.norm(W, -2)
np.linalg.norm(W, np.inf)
np.linalg.norm(W, -np.inf)
np.linalg.norm(Z, 1)
np.linalg.norm(Z, 2)
np.linalg.norm(S, 1, axis=(0, 2))
np.linalg.norm(S, 1, axis=(2, 0))
np.linalg.norm(S, 2, axis=(-2, -1), keepdims=True)
np.linalg.det(A)
np.linalg.det(S)
np.linalg.det(Z)
np.linalg.det(np.zeros((0, 0)))
np.linalg.det(np.zeros((2, 0, 0)))
np.linalg.slogdet(A).sign
np.linalg.slogdet(S).logabsdet
np.linalg.slogdet(Z).sign
np.linalg.slogdet(Z).logabsdet
np.linalg.slogdet(1e200 * A).logabsdet
np.linalg.inv(A)
np.linalg.inv(S)
np.linalg.inv(Z)
np.linalg.inv(np.zeros((2, 0, 0)))
np.linalg.solve(A, v[:3])
np.linalg.solve(A, B)
np.linalg.solve(S, v[:3])
np.linalg.solve(S, B)
np.linalg.solve(A, np.stack([B, 2 * B]))
np.linalg.solve(Z, B.astype(complex))
np.linalg.solve(np.zeros((0, 0)), np.zeros((0, 2)))
np.linalg.lstsq(W, v[:4], rcond=None)[0]
np.linalg.lstsq(W, v[:4], rcond=None)[1]
np.linalg.lstsq(W.T, B[:2], rcond=None)[0]
np.linalg.lstsq(W.T, B[:2], rcond=None)[1]
np.linalg.lstsq(R, v[:4], rcond=None)[0]
np.linalg.lstsq(R, v[:4], rcond=None)[2]
np.linalg.lstsq(W, v[:4], rcond=0.9)[2]
np.linalg.pinv(W)
np.linalg.pinv(R)
np.linalg.pinv(Z)
np.linalg.pinv(np.zeros((2, 3)))
np.linalg.pinv(np.zeros((0, 3)))
np.linalg.matrix_rank(A)
np.linalg.matrix_rank(R)
np.linalg.matrix_rank(S)
np.linalg.matrix_rank(np.diag([1.0, 1e-3, 0.0]), tol=1e-2)
np.linalg.matrix_rank(np.zeros(3))
np.linalg.matrix_rank(v)
np.linalg.matrix_rank(np.zeros((2, 2)))
np.linalg.cond(A)
np.linalg.cond(W)
np.linalg.cond(S, 1)
np.linalg.cond(A, -2)
np.linalg.cond(A, "fro")
np.linalg.cond(Z, np.inf)
np.linalg.cholesky(H)
np.linalg.eigvalsh(H)
np.linalg.eigvalsh(S)
np.linalg.eigvalsh(Z)
np.linalg.svdvals(S)
np.linalg.svdvals(Z)
np.abs(np.linalg.qr(S).R)
np.abs(np.linalg.qr(W, mode="complete").R)
np.abs(np.linalg.qr(Z, mode="r"))
np.sort_complex(np.linalg.eig(A).eigenvalues)
np.sort_complex(np.linalg.eigvals(A))
np.sort_complex(np.linalg.eigvals(Z))
np.linalg.matrix_power(A, 0)
np.linalg.matrix_power(A, 5)
np.linalg.matrix_power(A, -3)
np.linalg.matrix_power(Z, 2)
# The guide
! rng = np.random.default_rng(42)
! limit = np.sqrt(6.0 / (128 + 64))
! W = rng.uniform(-limit, limit, (128, 64))
! x = rng.standard_normal((32, 128))
! logits = rng.standard_normal((32, 10))
! labels = rng.integers(0, 10, 32)
! data = rng.standard_normal((500, 50))
! data_centred = data - data.mean(axis=0)
! U, S, Vt = np.linalg.svd(data_centred, full_matrices=False)
! k = 10
S
(data_centred @ Vt[:k].T).shape
np.abs(data_centred @ Vt[:k].T)[:20]
(S[:k]**2).sum() / (S**2).sum()
"""


def show(values):
    values = np.asarray(values)
    flat = values.ravel()
    if np.iscomplexobj(flat):
        flat = np.stack([flat.real, flat.imag], axis=-1).ravel()
    return f"{text_of(values.shape)}:" + " ".join(repr(float(x)) for x in flat)


def expressions():
    names = {"np": np}
    for line in PROGRAM.strip().splitlines():
        if line.startswith("! "):
            exec(line[2:], names)
        elif not line.startswith("#"):
            yield f">>> {line}\n{show(eval(line, names))}"


def real(name, big):
    family, m, n, *seed = name.split()
    m, n = int(m), int(n)
    rng = np.random.default_rng(int(seed[0]) if seed else 0)
    i, j = np.indices((m, n))

    def grade(at, count, top):
        return np.ldexp(1.0, 2 * top * at // max(count - 1, 1) - top)

    if family == "random":
        return rng.standard_normal((m, n))
    if family == "zeros":
        return np.zeros((m, n))
    if family == "ones":
        return np.ones((m, n))
    if family == "hilbert":
        return 1.0 / (i + j + 1)
    if family == "kahan":
        scale = [1.0]
        for _ in range(m - 1):
            scale.append(scale[-1] * 0.8)
        scale = np.array(scale)[i]
        return np.where(i == j, scale, np.where(i < j, -0.6 * scale, 0.0))
    if family == "frank":
        return np.where(i > j + 1, 0.0, (n - np.maximum(i, j)).astype(float))
    if family == "wilkinson":
        return np.where(i == j, np.abs(2.0 * i - (n - 1.0)) / 2.0, (abs(i - j) == 1).astype(float))
    if family == "jordan":
        return np.where(i == j, 2.0, (i + 1 == j).astype(float))
    if family == "permutation":
        return (rng.permutation(n)[i] == j).astype(float)
    if family == "rank1":
        u, v = rng.standard_normal(m), rng.standard_normal(n)
        return u[i] * v[j]
    if family == "graded":
        return rng.standard_normal((m, n)) * grade(i, m, big // 2) * grade(j, n, big // 2)
    if family == "graded_rows":
        return rng.standard_normal((m, n)) * grade(i, m, big)
    if family == "graded_up":
        return rng.standard_normal((m, n)) * grade(m - 1 - i, m, big // 2) * grade(n - 1 - j, n, big // 2)
    if family in ("repeated", "clustered"):
        s = np.where(j % 2 == 0, 1.0, 0.5)
        if family == "clustered":
            s = np.where(j == 0, 1.0, 1e-6 * (1.0 + j * 1e-15))
        square = float(sum(k * k for k in range(1, max(m, n) + 1)))
        return ((i == j).astype(float) - 2.0 * ((i + 1) * (j + 1)).astype(float) / square) * s
    exponent = {"huge": 2 * big, "tiny": -2 * big}[family]
    return rng.standard_normal((m, n)) * math.ldexp(1.0, exponent // 2) * math.ldexp(1.0, exponent // 2)


def matrix(name, dtype):
    big = 498 if dtype in (np.float64, np.complex128) else 60
    a = real(name, big)
    if np.dtype(dtype).kind == "f":
        return a.astype(dtype).astype(np.float64)
    part = np.float64 if dtype == np.complex128 else np.float32
    i, j = np.indices(a.shape)
    if name.startswith("random"):
        z = a.astype(part) + 1j * real(name + "1", big).astype(part)
    else:
        z = a.astype(part) * np.array([1, 1j, -1, -1j])[(i * i + 3 * j) % 4]
    return z.astype(np.complex128)


NAMES = [
    f"{family} {shape}"
    for shape in ("3 3", "8 8", "20 20", "9 4", "5 12")
    for family in ("hilbert", "kahan", "jordan", "repeated", "clustered", "ones")
]
NAMES += [
    f"{family} {shape} {seed}"
    for shape in ("2 2", "5 5", "12 12", "20 6", "3 9")
    for family in ("random", "rank1", "graded", "graded_rows", "graded_up", "huge", "tiny")
    for seed in (1, 2)
]
NAMES += ["frank 12 12", "wilkinson 21 21", "permutation 12 12 1", "random 60 60 1", "random 200 20 1"]


def values():
    for dtype in (np.float64, np.float32, np.complex128, np.complex64):
        for name in NAMES:
            a = matrix(name, dtype)
            s = np.linalg.svd(a, compute_uv=False)
            if name.startswith("wilkinson"):
                # LAPACK's gesdd is off by 15 epsilon here (mpmath, 40 digits), its symmetric solver is not; the
                # matrix is symmetric up to phases.
                s = np.sort(np.abs(np.linalg.eigvalsh(real(name, 0))))[::-1]
            yield f"svd {np.dtype(dtype).name} {name}:" + " ".join(f"{x:.17g}" for x in s)
            if a.shape[0] == a.shape[1]:
                w = np.linalg.eigvalsh(a)
                yield f"eigh {np.dtype(dtype).name} {name}:" + " ".join(f"{x:.17g}" for x in w)


save("linalg.txt", expressions())
save("linalg_values.txt", values())
