"""The main program of tests that need drivers by pip and real databases: brings both, runs the tests, ends the databases."""

import pathlib
import sys
import tempfile
import unittest

import servers
from pip_packages import SKIPPED, bring


def main(packages, started, start):
    """The exit code; SKIPPED, with the reason, where something is missing. `sys.argv` is CACHE and what unittest takes;
    `start` puts the databases, each in a folder of its own below the one it gets, into `started`, by name."""
    folders = [bring(sys.argv[1], package) for package in packages]
    sys.argv.pop(1)
    if None in folders:
        print("skipped: pip does not bring the drivers")
        return SKIPPED
    sys.path += map(str, folders)
    with tempfile.TemporaryDirectory(prefix="sluice-db-") as folder:
        try:
            start(pathlib.Path(folder))
            return not unittest.main(exit=False).result.wasSuccessful()
        except servers.Missing as missing:
            print(f"skipped: {missing}")
            return SKIPPED
        finally:
            for server in started.values():
                server.close()
