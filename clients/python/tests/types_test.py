#!/usr/bin/env python3
"""mypy --strict over the package and its examples. Debian's mypy, or the one that pip brings once per build folder;
without either the test says that it skips (exit code 77).

usage: types_test.py CACHE"""

import os
import pathlib
import subprocess
import sys
import tempfile

PACKAGE = "mypy==1.11.2"
SKIPPED = 77


def runs(env):
    return subprocess.run([sys.executable, "-m", "mypy", "--version"], env=env, capture_output=True, check=False).returncode == 0


def environment(cache):
    """In which `python -m mypy` runs, or None."""
    if runs(os.environ):
        return dict(os.environ)
    folder = cache / f"python-{PACKAGE.replace('==', '-')}"
    env = {**os.environ, "PYTHONPATH": str(folder)}
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=cache) as making:
            try:
                subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target",
                                f"{making}/packages", PACKAGE], check=True, timeout=120)
                os.rename(f"{making}/packages", folder)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
                print(error)
    return env if runs(env) else None


def main():
    cache = pathlib.Path(sys.argv[1])
    env = environment(cache)
    if env is None:
        print("skipped: no mypy")
        return SKIPPED
    ran = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", str(cache / "mypy")], env=env, check=False,
                         cwd=pathlib.Path(__file__).resolve().parents[1])
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
