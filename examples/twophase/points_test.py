#!/usr/bin/env python3
"""Runs the example against two PostgreSQL servers: what moves, what is refused, what is asked for twice; and holds the
guide to quoting it as it is.

usage: points_test.py BINARY FOLDER
"""

import pathlib
import subprocess
import sys
import tempfile

import servers

binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
source = (folder / "points.cpp").read_text(encoding="utf-8")
config = (folder / "points.yaml").read_text(encoding="utf-8")
code = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("//")]
assert len(code) < 60, f"{len(code)} lines of code"
guide = (folder.parents[1] / "docs" / "guide" / "twophase.md").read_text(encoding="utf-8")
assert source in guide, "docs/guide/twophase.md quotes the example as it is: copy points.cpp into it"
assert config in guide, "docs/guide/twophase.md quotes the file as it is: copy points.yaml into it"

SCHEMA = ("create table account (member text primary key, points bigint not null); "
          "create table moved (transfer text primary key); ")


def check(state, north, south):
    place = pathlib.Path(state)
    text = config
    for name, server in (("north", north), ("south", south)):
        text = text.replace(f"points@{name}.example:5432/points", f"sluice@127.0.0.1:{server.port}/postgres")
    (place / "points.yaml").write_text(text, encoding="utf-8")

    def move(transfer, come_from, go_to, points):
        ran = subprocess.run([binary, place / "points.yaml", transfer, come_from, go_to, str(points)], capture_output=True,
                             text=True, timeout=120, check=False)
        return ran.stdout + ran.stderr

    def points_of(server):
        return int(server.psql("postgres", "select sum(points) from account"))

    assert move("t1", "ann", "bob", 30) == "30 points moved\n"
    assert (points_of(north), points_of(south)) == (70, 30)
    assert move("t1", "ann", "bob", 30) == "30 points moved\n", "asked for again, it has been done"
    assert (points_of(north), points_of(south)) == (70, 30)
    assert move("t2", "ann", "bob", 71) == "north: ann has no account here, or too few points\n"
    assert move("t3", "ann", "eve", 1) == "south: eve has no account here, or too few points\n"
    assert (points_of(north), points_of(south)) == (70, 30), "what north had done was undone"
    south.kill()
    told = move("t4", "ann", "bob", 1)
    assert told.startswith("south: ") and "does the server run" in told, told
    south.start()
    assert move("t4", "ann", "bob", 1) == "1 points moved\n"
    assert (points_of(north), points_of(south)) == (69, 31)
    for server in (north, south):
        assert server.psql("postgres", "select count(*) from pg_prepared_xacts") == "0\n"


with tempfile.TemporaryDirectory(prefix="sluice-example-", ignore_cleanup_errors=True) as state:
    started = []
    try:
        for name, account in (("north", "('ann', 100)"), ("south", "('bob', 0)")):
            started.append(servers.Postgres(pathlib.Path(state) / name))
            started[-1].psql("postgres", SCHEMA + f"insert into account values {account}")
        check(state, *started)
    except servers.Missing as missing:
        print(missing)
    finally:
        for server in started:
            server.close()
