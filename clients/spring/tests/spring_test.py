#!/usr/bin/env python3
"""The Spring starter and its settlement service: built and tested by Maven, on real databases.

usage: spring_test.py BUILD-DIRECTORY     exit 77: skipped, and why
"""

import pathlib
import re
import sys
import tempfile

import maven
import servers


def databases(folder):
    """The servers that are to be had, and their JDBC URLs by the variable that the tests read."""
    started, urls = [], {}
    postgres = servers.Postgres(folder / "postgres")
    started.append(postgres)
    urls["SLUICE_POSTGRES"] = postgres.database("starter")
    try:
        mariadb = servers.Mariadb(folder / "mariadb")
        started.append(mariadb)
        urls["SLUICE_MARIADB"] = mariadb.url()
    except servers.Missing as missing:
        print(f"the MySQL inbox is not tested: {missing}", flush=True)
    return started, urls


def main():
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        started = []
        try:
            started, urls = databases(pathlib.Path(folder))
            said = maven.run(sys.argv[1], "verify", env=urls)
        except (maven.Missing, servers.Missing) as missing:
            print(f"skipped: {missing}")
            return maven.SKIPPED
        finally:
            for server in started:
                server.close()
    for line in said.splitlines():
        if re.search(r"Tests run:|SLUICE_SEED", line):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
