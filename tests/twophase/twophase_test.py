#!/usr/bin/env python3
"""`sluice twophase`: what a service that was killed has left in two PostgreSQL databases, and who ends it. The service is
the example of docs/guide/twophase.md, killed at danger points."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

import servers
from harness import Case, wait_until

SERVICE = os.environ.get("SLUICE_POINTS_EXAMPLE", "example_points")
SCHEMA = ("create table account (member text primary key, points bigint not null); "
          "create table moved (transfer text primary key); "
          "insert into account values ('ann', 100), ('bob', 100)")


class TwoPhase(Case):
    """Each test has two databases of its own on two servers."""

    made = 0

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sluice-twophase-", ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.folder.cleanup)
        cls.servers = {}
        for name in ("north", "south"):
            try:
                cls.servers[name] = servers.Postgres(pathlib.Path(cls.folder.name) / name)
            except servers.Missing as missing:
                raise unittest.SkipTest(str(missing)) from missing
            cls.addClassCleanup(cls.servers[name].close)

    def setUp(self):
        super().setUp()
        TwoPhase.made += 1
        self.name = f"points_{TwoPhase.made}"
        config = "coordinator: points\nlog: decisions\nlook_every: 100ms\ndatabases:\n"
        for name, server in self.servers.items():
            server.psql("postgres", f"create database {self.name}")
            server.psql(self.name, SCHEMA)
            config += f"  {name}: postgresql://sluice@127.0.0.1:{server.port}/{self.name}\n"
        self.write("points.yaml", config)

    def move(self, transfer, kill_at=None):
        """Its exit code; -9 where it was killed."""
        told = {"SLUICE_KILL_AT": kill_at} if kill_at else {}
        return subprocess.run([SERVICE, "points.yaml", transfer, "ann", "bob", "10"], cwd=self.dir, capture_output=True,
                              env={**os.environ, **told}, timeout=120, check=False).returncode

    def leave(self, transfer, kill_at):
        self.assertEqual(-signal.SIGKILL, self.move(transfer, kill_at))

    def points(self):
        return tuple(int(server.psql(self.name, f"select points from account where member = '{member}'"))
                     for server, member in zip(self.servers.values(), ("ann", "bob")))

    def prepared(self):
        return sum(int(server.psql(self.name, "select count(*) from pg_prepared_xacts where database = current_database()"))
                   for server in self.servers.values())

    def listed(self, code=0):
        return json.loads(self.sluice("twophase", "list", "points.yaml", "--json", code=code).stdout)

    def fates(self, code=0):
        return [(one["transaction"], one["branch"], one["database"], one["state"], one["fate"])
                for one in self.listed(code)["branches"]]

    def test_nothing_is_left_where_nothing_went_wrong(self):
        self.assertEqual(0, self.move("t1"))
        self.assertEqual((90, 110), self.points())
        self.assertEqual("nothing is left prepared\n", self.sluice("twophase", "list", "points.yaml").stdout)
        self.assertEqual({"branches": [], "problems": {}}, self.listed())

    def test_what_is_not_decided_rolls_back(self):
        self.leave("t1", "twophase.prepared:2")
        self.assertEqual([("1/1", 0, "north", "prepared", "rolls back"), ("1/1", 1, "south", "prepared", "rolls back")],
                         self.fates())
        one = self.listed()["branches"][0]
        self.assertEqual("sluice/points/1/1/0", one["gid"])
        self.assertRegex(one["since"], r"^20\d\d-.*Z$")
        text = self.sluice("twophase", "list", "points.yaml").stdout
        self.assertIn("transaction", text.splitlines()[0])
        self.assertIn("rolls back", text.splitlines()[1])
        self.assertEqual(2, self.prepared(), "looking changes nothing")
        told = json.loads(self.sluice("twophase", "resolve", "points.yaml", "--json").stdout)
        self.assertEqual({"committed": 0, "rolled_back": 1, "problem": ""}, told["databases"]["south"])
        self.assertEqual([], told["left"])
        self.assertEqual(0, self.prepared())
        self.assertEqual((100, 100), self.points())

    def test_what_is_decided_commits(self):
        self.leave("t1", "twophase.told:1")
        self.assertEqual((90, 100), self.points(), "it was killed between the two")
        self.assertEqual([("1/1", 1, "south", "prepared", "commits")], self.fates())
        text = self.sluice("twophase", "resolve", "points.yaml").stdout
        self.assertRegex(text, r"south +1 +0")
        self.assertEqual((90, 110), self.points())
        self.assertEqual([], self.fates())
        self.assertEqual(0, self.move("t1"), "and whoever asks again is told that it was done")
        self.assertEqual((90, 110), self.points())

    def test_a_service_that_comes_back_ends_it_by_itself(self):
        self.leave("t1", "twophase.stored")
        self.assertEqual(0, self.move("t2"))
        wait_until(lambda: self.prepared() == 0 or self.move("t2") != 0, "nothing is prepared")
        self.assertEqual((80, 120), self.points())

    def test_a_database_that_is_away_is_left_for_later(self):
        self.leave("t1", "twophase.stored")
        self.servers["south"].kill()
        try:
            ran = self.sluice("twophase", "list", "points.yaml", code=3)
            self.assertIn("not seen", ran.stdout)
            self.assertIn("sluice: south: postgresql://", ran.stderr)
            ran = self.sluice("twophase", "resolve", "points.yaml", code=1)
            self.assertIn("1/1 commits, and has not everywhere", ran.stdout)
            self.assertEqual(90, int(self.servers["north"].psql(self.name, "select points from account where member = 'ann'")))
        finally:
            self.servers["south"].start()
        self.sluice("twophase", "resolve", "points.yaml")
        self.assertEqual((90, 110), self.points())

    def test_a_database_that_is_lost_is_settled(self):
        self.leave("t1", "twophase.stored")
        self.servers["south"].kill()
        try:
            self.sluice("twophase", "resolve", "points.yaml", code=1)
            self.assertIn("branch 0 of transaction 1/1 has finished",
                          self.refused("twophase", "resolve", "points.yaml", "--settle", "1/1/0"))
            told = json.loads(self.sluice("twophase", "resolve", "points.yaml", "--settle", "1/1/1", "--json", code=1).stdout)
            self.assertEqual([], told["left"], "nobody waits for it any more; the database is still away")
            self.assertEqual([("1/1", 1, "south", "settled", "commits")], self.fates(code=3))
        finally:
            self.servers["south"].start()
        self.sluice("twophase", "resolve", "points.yaml")
        self.assertEqual((90, 110), self.points(), "it came back after all")

    def test_a_copy_of_the_log_that_is_too_old_is_told(self):
        self.leave("t1", "twophase.prepared:1")
        self.servers["north"].psql(self.name, "rollback prepared 'sluice/points/1/1/0'")
        self.servers["north"].psql(
            self.name, "begin; delete from account where member = 'bob'; prepare transaction 'sluice/points/7/1/0'")
        self.assertEqual([("7/1", 0, "north", "prepared", "left alone")], self.fates())
        self.sluice("twophase", "resolve", "points.yaml")
        self.assertEqual(1, self.prepared())
        self.servers["north"].psql(self.name, "rollback prepared 'sluice/points/7/1/0'")

    def test_what_is_wrong_is_said(self):
        self.assertIn("no such log", self.refused("twophase", "list", "points.yaml", code=4))
        self.assertIn("no such log", self.refused("twophase", "resolve", "points.yaml", code=4))
        self.assertIn("none.yaml", self.refused("twophase", "list", "none.yaml", code=4))
        self.assertIn("is no branch: they are written 3/17/0",
                      self.refused("twophase", "resolve", "points.yaml", "--settle", "3/17"))
        self.write("points.yaml", (self.dir / "points.yaml").read_text().replace("look_every", "look_evry"))
        said = self.refused("twophase", "list", "points.yaml")
        self.assertIn("look_evry", said)
        self.assertIn("look_every", said.replace("look_evry", ""), "the nearest key is named")


if __name__ == "__main__":
    unittest.main()
