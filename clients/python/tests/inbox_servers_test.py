#!/usr/bin/env python3
"""The inbox on PostgreSQL and MariaDB, by drivers with other styles of parameters than SQLite's. The servers are of this
test alone; the drivers come by pip. Without one of them the test says that it skips.

usage: inbox_servers_test.py CACHE"""

import importlib
import sys
import threading
import unittest

import servers
import with_databases
from sluice import Dead, Event, Inbox

PACKAGES = {"pg8000.dbapi": "pg8000==1.31.2", "psycopg2": "psycopg2-binary==2.9.9", "pymysql": "PyMySQL==1.1.1"}
STARTED = {}


def connect(driver):
    if driver.__name__ == "pymysql":
        return driver.connect(host="127.0.0.1", port=STARTED["mariadb"].port, user="sluice", database="sluice")
    name = "dbname" if driver.__name__ == "psycopg2" else "database"
    return driver.connect(user="sluice", host="127.0.0.1", port=STARTED["postgres"].port, **{name: "postgres"})


def event(position, subject="a", id_=None):
    return Event(id_ or f"{subject}-{position}", "/orders", "placed", subject, extensions={"subjectposition": str(position)})


def write(one, sql):
    sql.cursor().execute(f"insert into effects values ('{one.subject}', {one.position})")


class Servers(unittest.TestCase):
    def each_driver(self):
        for name in PACKAGES:
            self.driver = importlib.import_module(name)
            with self.subTest(driver=name, paramstyle=self.driver.paramstyle):
                self.make().create("drop table if exists effects", "create table effects (subject varchar(20), position bigint)",
                                   "delete from sluice_inbox")
                yield

    def make(self, autocommit=None):
        def opened(driver=self.driver):
            connection = connect(driver)
            if autocommit:
                autocommit(connection)
            return connection

        return Inbox(opened, "sales", domain="shop", paramstyle=self.driver.paramstyle)

    def rows(self):
        connection = connect(self.driver)
        try:
            cursor = connection.cursor()
            cursor.execute("select subject, position from effects")
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            connection.close()

    def test_the_rule(self):
        def fails(one, sql):
            write(one, sql)
            raise KeyError("a bug")

        for _ in self.each_driver():
            inbox = self.make()
            with self.assertRaises(KeyError):
                inbox.apply(event(1), fails)
            for one in (event(1), event(1), event(3), event(2)):
                self.assertIsNone(inbox.apply(one, write))
            self.assertIsInstance(inbox.apply(event(3, id_="other"), write), Dead)
            self.assertEqual([("a", 1), ("a", 3)], self.rows())

    def test_subjects_are_letter_by_letter_what_they_are(self):
        subjects = ["a", "A", "a ", "ä", "x" * 1024]
        for _ in self.each_driver():
            counted = []
            inbox = self.make()
            for subject in subjects * 2:
                inbox.apply(event(1, subject), lambda one, sql: counted.append(one.subject))
            self.assertEqual(subjects, counted)

    def test_of_many_owners_one_has_the_effect(self):
        def run(finished):
            inbox = self.make()
            for position in range(1, 9):
                for subject in "abc":
                    inbox.apply(event(position, subject), write)
            finished.append(1)

        for _ in self.each_driver():
            finished = []
            threads = [threading.Thread(target=run, args=(finished,)) for _ in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(5, len(finished), "each of them came to its end")
            rows = sorted(self.rows())
            self.assertEqual(len(set(rows)), len(rows))
            for subject in "abc":
                self.assertIn((subject, 8), rows)

    def test_autocommit_is_refused(self):
        def turn_on(connection):
            if callable(connection.autocommit):
                connection.autocommit(True)
            else:
                connection.autocommit = True

        for _ in self.each_driver():
            with self.assertRaisesRegex(ValueError, "autocommit"):
                self.make(turn_on).apply(event(1), write)
            self.assertEqual([], self.rows())


def start(folder):
    STARTED["postgres"] = servers.Postgres(folder / "postgres")
    STARTED["mariadb"] = servers.Mariadb(folder / "mariadb")


if __name__ == "__main__":
    sys.exit(with_databases.main(PACKAGES.values(), STARTED, start))
