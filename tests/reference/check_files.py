"""Reads with NumPy 2.4 and safetensors 0.8 what tests/files wrote, and compares it with data/files/cases.txt.

    cargo test --test files && python tests/reference/check_files.py [target/tmp/files-ours]
"""

from pathlib import Path
import sys

import numpy as np
import safetensors

HERE = Path(__file__).parent


def expected_files():
    files, arrays, metadata = {}, None, None
    for line in (HERE / "data" / "files" / "cases.txt").read_text().splitlines():
        match [word.replace("\\s", " ") for word in line.split(" ")]:
            case ["file", name, _, _]:
                arrays, metadata = files[name] = ({}, {})
            case ["array", name, dtype, shape, data]:
                shape = tuple(int(n) for n in shape.split("x")) if shape != "-" else ()
                size = int(np.prod(shape)) * np.dtype(dtype if dtype != "bfloat16" else "uint16").itemsize
                data = {"-": b"", "*": bytes(size)}.get(data) if data in "-*" else bytes.fromhex(data)
                arrays[name] = (dtype, shape, data)
            case ["metadata", key, text]:
                metadata[key] = text
    return files


def read(path):
    def entry(array):
        return array.dtype.name, array.shape, array.tobytes()

    if path.suffix == ".npy":
        return {"_": entry(np.load(path))}, {}
    if path.suffix == ".npz":
        with np.load(path) as archive:
            return {name: entry(archive[name]) for name in archive.files}, {}
    with safetensors.safe_open(path, "np") as file:
        metadata = file.metadata() or {}
    names = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "BOOL": "bool", "C64": "complex64"}
    names |= {f"{kind}{bits}": f"{name}{bits}" for kind, name in [("I", "int"), ("U", "uint")] for bits in (8, 16, 32, 64)}
    tensors = safetensors.deserialize(path.read_bytes())
    return {name: (names[t["dtype"]], tuple(t["shape"]), bytes(t["data"])) for name, t in tensors}, metadata


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent.parent / "target" / "tmp" / "files-ours")
    files = expected_files()
    arrays = 0
    for name, expected in files.items():
        found = read(folder / name)
        assert found == expected, (name, found, expected)
        # Archives keep their order.
        assert name.endswith(".safetensors") or list(found[0]) == list(expected[0]), name
        arrays += len(expected[0])
    print(f"{len(files)} files with {arrays} arrays agree")


if __name__ == "__main__":
    main()
