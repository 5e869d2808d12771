"""Files written by NumPy 2.4 and by safetensors 0.8: writes data/files/{cases.bin,cases.txt}, which tests/files.rs reads.

cases.bin holds all files one behind the other; cases.txt says where they are and what is in them:

    file NAME START LENGTH
    array NAME DTYPE SHAPE HEX      elements in row-major order, little-endian; `-` for none. SHAPE is `2x3`, `-` for 0-d
    metadata KEY TEXT

bfloat16, which NumPy has not got, is given to safetensors as bytes.
"""

import io
from pathlib import Path
import zipfile

import numpy as np
import safetensors
import safetensors.numpy

assert np.__version__.startswith("2.4."), np.__version__
assert safetensors.__version__ == "0.8.0", safetensors.__version__

DTYPES = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool",
          "complex128", "complex64"]
SAFETENSORS = [dtype for dtype in DTYPES if dtype != "complex128"] + ["bfloat16"]
SHAPES = [(), (3,), (2, 3), (0,), (2, 0, 3), (2, 1, 3)]


def values(dtype, shape, seed=0):
    """Any bytes but in bool, so that NaN, infinities and the extremes of integers occur."""
    rng = np.random.default_rng([DTYPES.index(dtype), seed, *shape])
    count = int(np.prod(shape))
    if dtype == "bool":
        return rng.integers(0, 2, count).astype(bool).reshape(shape)
    return np.frombuffer(rng.bytes(count * np.dtype(dtype).itemsize), dtype).reshape(shape)


def npy(array, version=None):
    file = io.BytesIO()
    if version is None:
        np.save(file, array)
    else:
        np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def line(name, array, dtype=None):
    shape = "x".join(map(str, array.shape)) or "-"
    data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes().hex() or "-"
    return f"array {name} {dtype or array.dtype.newbyteorder('=').name} {shape} {data}"


class Cases:
    def __init__(self):
        self.data, self.lines = b"", []

    def add(self, name, contents, *lines):
        self.lines += [f"file {name} {len(self.data)} {len(contents)}", *lines]
        self.data += contents


def npy_files(cases):
    for dtype in DTYPES:
        for shape in SHAPES:
            array = values(dtype, shape)
            cases.add(f"{dtype}-{'x'.join(map(str, shape))}.npy", npy(array), line("_", array))
        array = values(dtype, (2, 3, 2), 1)
        for order in "CF":
            for endian in "<>":
                for version in [(1, 0), (2, 0), (3, 0)]:
                    stored = np.asarray(array.astype(array.dtype.newbyteorder(endian)), order=order)
                    name = f"{dtype}-{order}-{'little' if endian == '<' else 'big'}-v{version[0]}.npy"
                    cases.add(name, npy(stored, version), line("_", array))
    array = np.arange(6, dtype="<i4").reshape(2, 3)
    for name, header in [
        ("other-quotes", '{"shape":(2,3),"descr":"<i4","fortran_order":False}'),
        ("python-2", "{'descr': '<i4', 'fortran_order': False, 'shape': (2L, 3L), }   "),
        ("native", " { 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , 'descr' : '=i4' } \n"),
    ]:
        text = header.encode()
        contents = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + array.tobytes()
        assert np.array_equal(np.lib.format.read_array(io.BytesIO(contents)), array), name
        cases.add(f"{name}.npy", contents, line("_", array))
    cases.add("trailing.npy", npy(array) + b"and more", line("_", array))


def npz_files(cases):
    arrays = {f"{dtype}-{len(shape)}": values(dtype, shape) for dtype in DTYPES for shape in [(), (2, 3)]}
    arrays["fortran"] = np.asfortranarray(values("float32", (3, 4)))
    arrays["big"] = values("float32", (3, 4), 2).astype(">f4")
    arrays["layer.0/weight ä"] = values("float64", (1, 2), 3)
    arrays["zeros"] = np.zeros((100, 100))
    lines = [line(name.replace(" ", "\\s"), array) for name, array in arrays.items() if name != "zeros"]
    lines.append("array zeros float64 100x100 *")
    for name, save in [("stored", np.savez), ("deflated", np.savez_compressed)]:
        if name == "stored":
            kept = {key: array for key, array in arrays.items() if key != "zeros"}
        else:
            kept = arrays
        file = io.BytesIO()
        save(file, **kept)
        cases.add(f"{name}.npz", file.getvalue(), *lines[: len(kept)])
    file = io.BytesIO()
    np.savez(file)
    cases.add("nothing.npz", file.getvalue())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        # As NumPy writes to a stream that cannot seek: sizes behind the data.
        archive.writestr("a.npy", npy(values("int16", (3,))))
    cases.add("by-hand.npz", file.getvalue(), line("a", values("int16", (3,))))


def safetensors_files(cases):
    tensors, lines, alive = {}, {}, []
    for dtype in SAFETENSORS:
        for shape in SHAPES:
            name = f"{dtype}-{'x'.join(map(str, shape))}"
            array = values("uint16" if dtype == "bfloat16" else dtype, shape, 4)
            alive.append(array)
            tensors[name] = safetensors.TensorSpec(
                dtype=dtype, shape=shape, data_ptr=array.ctypes.data, data_len=array.nbytes
            )
            lines[name] = line(name, array, dtype)
    metadata = {"format": "np", "note": 'quotes " and ä'}
    contents = safetensors.serialize(tensors, metadata)
    text = ["metadata format np", 'metadata note quotes\\s"\\sand\\sä']
    cases.add("all.safetensors", contents, *text, *lines.values())
    cases.add("nothing.safetensors", safetensors.serialize({}))
    array = values("float32", (2, 3), 5)
    cases.add("numpy.safetensors", safetensors.numpy.save({"a": array}), line("a", array))


def main():
    cases = Cases()
    npy_files(cases)
    npz_files(cases)
    safetensors_files(cases)
    folder = Path(__file__).parent / "data" / "files"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cases.bin").write_bytes(cases.data)
    heading = f"# tests/reference/files.py, NumPy {np.__version__}, safetensors {safetensors.__version__}"
    (folder / "cases.txt").write_text("\n".join([heading, *cases.lines, ""]), newline="\n")


if __name__ == "__main__":
    main()
