#!/usr/bin/env python3
"""A database server for a test program: `ready URL [CERTIFICATE]` on stdout, or `missing WHY`; then a command a line on
stdin, `kill` or `start`, each answered by `ok`. At the end of stdin the server and its data go.

usage: serve.py postgresql|mysql [secured]"""

import pathlib
import sys
import tempfile

import servers

KINDS = {"postgresql": servers.Postgres, "mysql": servers.Mariadb}


def main(kind, secured=""):
    with tempfile.TemporaryDirectory(prefix="sluice-db-", ignore_cleanup_errors=True) as folder:
        try:
            server = KINDS[kind](pathlib.Path(folder) / "server", bool(secured))
        except servers.Missing as missing:
            print("missing", missing, flush=True)
            return
        try:
            print("ready", f"{server.SCHEME}://sluice@127.0.0.1:{server.port}/{server.DATABASE}",
                  *([server.certificate] if secured else []), flush=True)
            for line in sys.stdin:
                act = {"kill": server.kill, "start": server.start}[line.strip()]
                act()
                print("ok", flush=True)
        finally:
            server.close()


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in KINDS or sys.argv[2:] not in ([], ["secured"]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
