"""`python3 benches/peers/python LIBRARY`: the process of a peer, which has its rows in `LIBRARY_rows.py`."""

import importlib
import sys

try:
    # Imports NumPy, which may be missing too.
    from peer import serve

    rows = importlib.import_module(f"{sys.argv[1]}_rows")
except Exception as error:
    print(f"failed {type(error).__name__}: {error}".replace("\n", " "), flush=True)
else:
    serve(rows)
