#!/usr/bin/env python3
"""mypy --strict over the package and its examples.

usage: types_test.py CACHE"""

import os
import pathlib
import subprocess
import sys

from pip_packages import SKIPPED, bring


def main():
    folder = bring(sys.argv[1], "mypy==1.11.2")
    if folder is None:
        print("skipped: pip does not bring mypy")
        return SKIPPED
    ran = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", f"{sys.argv[1]}/mypy"], check=False,
                         env={**os.environ, "PYTHONPATH": str(folder)}, cwd=pathlib.Path(__file__).resolve().parents[1])
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
