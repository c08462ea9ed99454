#!/usr/bin/env python3
"""Runs the example twice: the second time everything is a duplicate, and nothing changes. Holds it to its promise of
under 60 lines of code, and the guide to quoting it as it is.

usage: service_test.py BINARY FOLDER
"""

import pathlib
import sqlite3
import subprocess
import sys
import tempfile

binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
source = (folder / "loyalty.cpp").read_text(encoding="utf-8")
code = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("//")]
assert len(code) < 60, f"{len(code)} lines of code"
guide = (folder.parents[1] / "docs" / "guide" / "service.md").read_text(encoding="utf-8")
assert source in guide, "docs/guide/service.md quotes the example as it is: copy loyalty.cpp into it"

with tempfile.TemporaryDirectory(prefix="sluice-example-") as state:
    for _ in range(2):
        ran = subprocess.run([binary, state, folder / "shop.yaml"], capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout == "all handled, parked: 0\n", ran.stdout
        rows = sqlite3.connect(pathlib.Path(state) / "loyalty.sqlite").execute("SELECT * FROM points").fetchall()
        assert rows == [("18", 19)], rows
