"""Packages that only tests need, by pip, once per build folder. Where pip does not bring them a test says that it skips."""

import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77  # ctest's word for it


def bring(cache, *packages):
    """The folder in which they can be imported, or None."""
    folder = pathlib.Path(cache) / ("python-" + "-".join(packages).replace("==", "-"))
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=cache) as making:
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                       "--target", f"{making}/packages", *packages]
            try:
                subprocess.run(command, check=True, timeout=120)
                os.rename(f"{making}/packages", folder)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
                print(error)
                return None
    return folder
