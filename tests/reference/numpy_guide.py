"""Evaluates every expression of the NumPy guide and stores what NumPy prints at full precision.

Written with NumPy 2.4. From the project's root: python3 tests/reference/numpy_guide.py
Writes tests/reference/data/numpy_guide.txt: per expression a line `>>> expression`, then its value.
Expressions are evaluated in order, because some draw from a generator. A line of setup is not stored.
"""

import numpy as np

np.set_printoptions(precision=17)

SETUP, SHOW = "setup", "show"
PROGRAM = """
# Arrays and dtypes
np.sum(np.arange(10_000_000, dtype=np.float64))
! M = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)
M.shape
M.dtype.name
M.ndim
M.size
M.nbytes
M.strides
np.dtype(np.float64).itemsize
np.dtype(np.float32).itemsize
np.dtype(np.float16).itemsize
np.dtype(np.int64).itemsize
np.dtype(np.int32).itemsize
np.dtype(bool).itemsize
np.dtype(np.complex128).itemsize
! a = np.arange(12)
a.reshape(3, 4)
a.reshape(-1, 4)
a.reshape(1, -1)
a.reshape(-1, 1)
a.reshape(3, 4).flatten()
a.reshape(3, 4).ravel()
a.reshape(3, 4).T
# Creation
np.array([1, 2, 3, 4, 5])
np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)
np.zeros((3, 4))
np.ones((2, 3, 4))
np.empty((100, 100)).shape
np.arange(0, 10, 2)
np.arange(0.0, 1.0, 0.1)
np.linspace(0, 1, 11)
np.eye(4)
np.eye(4, dtype=int)
! rng = np.random.default_rng(seed=42)
rng.random((3, 3))
rng.standard_normal((100,))
rng.integers(0, 10, size=(5, 5))
np.full((2, 4), fill_value=3.14)
np.full_like(M, 0.5)
np.diag([1, 2, 3, 4])
np.diag(np.diag([1, 2, 3, 4]))
np.arange(24).reshape(2, 3, 4)
np.arange(24).reshape(-1, 1).shape
! row1, row2 = np.array([1, 2, 3]), np.array([4, 5, 6])
np.vstack([row1, row2])
np.hstack([row1, row2])
np.concatenate([row1, row2], axis=0)
np.tile(row1, (2, 1))
np.arange(24).reshape(2, 3, 4).nbytes
np.arange(3).astype(np.float32)
# Indexing
! a = np.array([10, 20, 30, 40, 50, 60, 70, 80])
a[2]
a[-1]
a[1:5]
a[2:5]
a[::2]
a[::3]
a[::-1]
a[2:5].copy()
! written = a.copy(); written[2:5] = 0
written
! M = np.arange(16).reshape(4, 4)
M[2, 1]
M[-1, -1]
M[1:3, 1:3]
M[1:3, 0:2]
M[:, 0]
M[:, -1]
M[0, :]
M[0]
! T = np.arange(24).reshape(2, 3, 4)
T[0, 1, 2]
a[[0, 3, 5]]
M[[0, 2], :]
! rows = np.array([0, 2, 3])
M[rows]
M[rows, 1]
a[a > 35]
a[(a > 20) & (a < 70)]
np.where(a > 35, a, 0)
! rng = np.random.default_rng(42)
! data = rng.standard_normal(1000)
data[data > 1.5]
len(data[data > 1.5])
len(data[(data > -1.0) & (data < 1.0)])
! clipped = np.where(data > 2.0, 2.0, np.where(data < -2.0, -2.0, data))
clipped.min()
clipped.max()
clipped[:8]
! X = rng.standard_normal((200, 10))
! y = rng.integers(0, 3, 200)
X[y == 1].shape
X[y == 1][:3]
! images = rng.random((32, 28, 28))
images[0].shape
images[:, :14, :14].shape
images[:, :14, :14][5, 3]
# Broadcasting
(np.zeros(5) + 1.0).shape
(np.zeros((3, 4)) + np.zeros(4)).shape
(np.zeros((3, 1)) + np.zeros((1, 4))).shape
(np.zeros((32, 28, 28)) + np.zeros((28, 28))).shape
(np.zeros((3, 4)) + np.zeros((3, 1))).shape
(np.zeros((2, 3, 4)) + np.zeros((3, 4))).shape
! a = np.array([1.0, 2.0, 3.0, 4.0])
a * 2
a + 10
a ** 2
np.array([[0], [10], [20], [30]]) + np.array([0, 1, 2, 3])
! rng = np.random.default_rng(7)
! images = rng.random((32, 3, 24, 24)).astype(np.float32)
! channel_mean = np.array([0.485, 0.456, 0.406], dtype=np.float32).reshape(1, 3, 1, 1)
! channel_std = np.array([0.229, 0.224, 0.225], dtype=np.float32).reshape(1, 3, 1, 1)
((images - channel_mean) / channel_std).shape
((images - channel_mean) / channel_std)[31, 2, 20:22, :3]
! embeddings = rng.standard_normal((1000, 128))
! norms = np.linalg.norm(embeddings, axis=1, keepdims=True)
norms.shape
~ np.linalg.norm(embeddings, axis=1, keepdims=True)[:4]
np.allclose(np.linalg.norm(embeddings / norms, axis=1), 1.0)
~ (embeddings / norms)[:2, :4]
! A, B = rng.standard_normal((5, 3)), rng.standard_normal((7, 3))
(A[:, np.newaxis, :] - B[np.newaxis, :, :]).shape
~ np.sqrt(((A[:, np.newaxis, :] - B[np.newaxis, :, :]) ** 2).sum(axis=2))
# Linear algebra and machine learning
! P, Q = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
np.dot(P, Q)
P @ Q
np.matmul(P, Q)
P * P
P.T
! Z = np.array([[1 + 2j, 3 - 1j], [0.5j, -2]])
Z.conj().T
! X, S, R = np.arange(24.0).reshape(2, 3, 4), np.arange(9.0).reshape(3, 3), np.arange(20.0).reshape(4, 5)
np.einsum('ij,jk->ik', P, Q)
np.einsum('ij,ij->i', P, P)
np.einsum('ijk,jl->ikl', X, Q)
np.einsum('ii->', S)
np.einsum('ij->ji', P)
np.einsum('ij,jk,kl->il', P, Q, R, optimize='optimal')
! rng = np.random.default_rng(42)
! limit = np.sqrt(6.0 / (128 + 64))
! W = rng.uniform(-limit, limit, (128, 64)).astype(np.float32)
! b = np.zeros(64, dtype=np.float32)
! x = rng.standard_normal((32, 128)).astype(np.float32)
! y = x @ W + b
y.shape
W[:2, :3]
b.dtype.name
~ y[:2, :5]
(np.maximum(0.0, y) == 0).sum()
! logits = rng.standard_normal((32, 10)).astype(np.float32)
! e = np.exp(logits - logits.max(axis=1, keepdims=True))
! probs = e / e.sum(axis=1, keepdims=True)
~ probs[:2]
logits.max(axis=1, keepdims=True)[:3]
~ e.sum(axis=1, keepdims=True)[:3]
np.allclose(probs.sum(axis=1), 1.0)
! labels = rng.integers(0, 10, 32)
~ -np.mean(np.log(probs[np.arange(32), labels] + 1e-9))
! data = rng.standard_normal((500, 50))
~ (data - data.mean(axis=0))[:2, :3]
! Q = rng.standard_normal((4, 8, 64, 32)).astype(np.float32)
! K = rng.standard_normal((4, 8, 64, 32)).astype(np.float32)
~ (np.einsum('bhid,bhjd->bhij', Q, K) / np.sqrt(np.float32(32.0)))[0, 0, :2, :4]
~ (Q @ K.swapaxes(-1, -2) / np.sqrt(np.float32(32.0)))[0, 0, :2, :4]
"""

names = {"np": np}
with open("tests/reference/data/numpy_guide.txt", "w") as file:
    for line in PROGRAM.strip().splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("! "):
            exec(line[2:], names)
            continue
        expression = line.removeprefix("~ ")
        value = eval(expression, names)
        text = value if isinstance(value, str) else str(np.asarray(value))
        file.write(f">>> {line}\n{text}\n")
