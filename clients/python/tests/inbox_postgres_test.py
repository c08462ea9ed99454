#!/usr/bin/env python3
"""The inbox on PostgreSQL, by two drivers with other styles of parameters than SQLite's. The server is Debian's, of this
test alone, on a socket in its folder; the drivers come by pip. Without one of them the test says that it skips.

usage: inbox_postgres_test.py CACHE"""

import importlib
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

from pip_packages import SKIPPED, bring
from sluice import Dead, Event, Inbox

DRIVERS = {"pg8000.dbapi": "pg8000==1.31.2", "psycopg2": "psycopg2-binary==2.9.9"}
PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
SERVER = None


class Server:
    """PostgreSQL does not run as root: then it is Debian's user postgres."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sluice-pg-")
        self.path = pathlib.Path(self.folder.name)
        self.user = {"user": "postgres"} if os.geteuid() == 0 else {}
        if self.user:
            subprocess.run(["chown", "postgres", self.path], check=True)
        self.call("initdb", "-A", "trust", "-U", "sluice")
        self.call("pg_ctl", "start", "-w", "-l", self.path / "log", "-o", f"-k {self.path} -c listen_addresses= -c fsync=off")

    def call(self, program, *arguments):
        subprocess.run([PROGRAMS[-1] / program, "-D", self.path / "data", *arguments], check=True, cwd=self.path,
                       stdout=subprocess.DEVNULL, timeout=120, **self.user)

    def connect(self, driver):
        if driver.__name__ == "psycopg2":
            return driver.connect(user="sluice", dbname="postgres", host=str(self.path))
        return driver.connect("sluice", database="postgres", unix_sock=str(self.path / ".s.PGSQL.5432"))

    def stop(self):
        self.call("pg_ctl", "stop", "-w", "-m", "fast")
        self.folder.cleanup()


def event(position, subject="a", id_=None):
    return Event(id_ or f"{subject}-{position}", "/orders", "placed", subject, extensions={"subjectposition": str(position)})


def write(one, sql):
    sql.cursor().execute(f"insert into effects values ('{one.subject}', {one.position})")


class Postgres(unittest.TestCase):
    def each_driver(self):
        for name in DRIVERS:
            driver = importlib.import_module(name)
            with self.subTest(driver=name, paramstyle=driver.paramstyle):
                self.driver = driver
                self.make().create("drop table if exists effects", "create table effects (subject text, position bigint)",
                                   "delete from sluice_inbox")
                yield

    def make(self, connect=None):
        return Inbox(connect or (lambda: SERVER.connect(self.driver)), "sales", domain="shop", paramstyle=self.driver.paramstyle)

    def rows(self):
        connection = SERVER.connect(self.driver)
        try:
            cursor = connection.cursor()
            cursor.execute("select subject, position from effects")
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            connection.close()

    def test_the_rule(self):
        for _ in self.each_driver():
            def fails(one, sql):
                write(one, sql)
                raise KeyError("a bug")

            inbox = self.make()
            with self.assertRaises(KeyError):
                inbox.apply(event(1), fails)
            for one in (event(1), event(1), event(3), event(2)):
                self.assertIsNone(inbox.apply(one, write))
            self.assertIsInstance(inbox.apply(event(3, id_="other"), write), Dead)
            self.assertEqual([("a", 1), ("a", 3)], self.rows())

    def test_of_many_owners_one_has_the_effect(self):
        for _ in self.each_driver():
            def run():
                inbox = self.make()
                for position in range(1, 11):
                    for subject in "abc":
                        inbox.apply(event(position, subject), write)
                finished.append(1)

            finished = []
            threads = [threading.Thread(target=run) for _ in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(5, len(finished), "each of them came to its end")
            rows = self.rows()
            self.assertEqual(len(set(rows)), len(rows))
            for subject in "abc":
                positions = [position for one, position in rows if one == subject]
                self.assertEqual((sorted(positions), 10), (positions, max(positions)))

    def test_autocommit_is_refused(self):
        def connect():
            connection = SERVER.connect(self.driver)
            connection.autocommit = True
            return connection

        for _ in self.each_driver():
            with self.assertRaisesRegex(ValueError, "autocommit"):
                self.make(connect).apply(event(1), write)
            self.assertEqual([], self.rows())


if __name__ == "__main__":
    FOLDERS = [bring(sys.argv[1], package) for package in DRIVERS.values()]
    sys.argv.pop(1)
    if not PROGRAMS or None in FOLDERS:
        print("skipped: no PostgreSQL, or pip does not bring its drivers")
        sys.exit(SKIPPED)
    sys.path += map(str, FOLDERS)
    SERVER = Server()
    try:
        RAN = unittest.main(exit=False)
    finally:
        SERVER.stop()
    sys.exit(not RAN.result.wasSuccessful())
