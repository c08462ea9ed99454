#!/usr/bin/env python3
"""The inbox on SQLite, and in every style of parameters: each effect once, whatever is repeated or breaks."""

import hashlib
import pathlib
import random
import re
import sqlite3
import tempfile
import threading
import unittest

from sluice import Advance, Dead, Event, Inbox, Retry
from sluice.dbapi import STYLES, Statement
from sluice.inbox import id_hash
from sluice.xxh3 import xxh3_64


def event(position, subject="a", id_=None):
    return Event(id_ or f"{subject}-{position}", "/orders", "placed", subject, extensions={"subjectposition": str(position)})


class Styled(sqlite3.Connection):
    """SQLite as a driver with another paramstyle would be asked: statements are translated before they run."""

    class Cursor(sqlite3.Cursor):
        def execute(self, text, values=()):
            for name in values if isinstance(values, dict) else ():
                text = text.replace(f"%({name})s", f":{name}")
            return super().execute(re.sub(r":(\d+)", r"?\1", text.replace("%s", "?")), values)

    def cursor(self):
        return super().cursor(Styled.Cursor)


class InboxCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "db.sqlite"
        self.inbox = self.make()
        self.inbox.create("create table effects (subject text, position integer)")

    def make(self, name="sales", **more):
        return Inbox(lambda: sqlite3.connect(self.path), name, domain="shop", **more)

    def rows(self, text="select subject, position from effects order by rowid"):
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(text).fetchall()
        finally:
            connection.close()

    @staticmethod
    def write(one, sql):
        sql.cursor().execute(f"insert into effects values ('{one.subject}', {one.position})")


class Rule(InboxCase):
    def test_first_duplicate_reused_and_holes(self):
        connection = sqlite3.connect(self.path)
        self.addCleanup(connection.close)
        for one, expected in ((event(1), Advance.FIRST), (event(1), Advance.DUPLICATE), (event(7), Advance.FIRST),
                              (event(3), Advance.DUPLICATE), (event(7, id_="other"), Advance.REUSED),
                              (event(1, "b"), Advance.FIRST)):
            self.assertEqual(expected, self.inbox.advance(connection, one))
        self.assertEqual(Advance.FIRST, self.make("other").advance(connection, event(1)))

    def test_effects_and_row_are_there_together_or_neither(self):
        def fails(one, sql):
            self.write(one, sql)
            raise KeyError("a bug")

        with self.assertRaises(KeyError):
            self.inbox.apply(event(1), fails)
        for answer in (Retry("later"), Dead("never")):
            self.assertIs(answer, self.inbox.apply(event(1), lambda one, sql: self.write(one, sql) or answer))
        self.assertEqual(([], []), (self.rows(), self.rows("select * from sluice_inbox")))
        self.assertIsNone(self.inbox.apply(event(1), self.write))
        self.assertIsNone(self.inbox.apply(event(1), self.write))
        self.assertEqual([("a", 1)], self.rows())

    def test_a_reused_position_is_dead(self):
        self.inbox.apply(event(1), self.write)
        self.assertIsInstance(self.inbox.apply(event(1, id_="other"), self.write), Dead)

    def test_a_type_that_nobody_handles_is_done(self):
        handle = self.inbox.handler({"cancelled": self.write})
        self.assertIsNone(handle(event(1)))
        self.assertEqual([], self.rows())

    def test_autocommit_is_refused_before_anything_is_written(self):
        inbox = Inbox(lambda: sqlite3.connect(self.path, isolation_level=None), "sales", domain="shop")
        with self.assertRaisesRegex(ValueError, "autocommit"):
            inbox.apply(event(1), self.write)
        self.assertEqual([], self.rows("select * from sluice_inbox"))


class Faults(InboxCase):
    def test_a_lock_is_waited_for(self):
        other = sqlite3.connect(self.path, check_same_thread=False)
        self.addCleanup(other.close)
        other.execute("insert into effects values ('other', 0)")
        threading.Timer(0.3, other.commit).start()
        inbox = Inbox(lambda: sqlite3.connect(self.path, timeout=0.01), "sales", domain="shop")
        with self.assertLogs("sluice", "WARNING"):
            inbox.apply(event(1), self.write)
        self.assertEqual([("other", 0), ("a", 1)], self.rows())

    def test_a_commit_whose_answer_is_lost_is_no_second_effect(self):
        class Lossy(sqlite3.Connection):
            lost = 0

            def commit(self):
                super().commit()
                Lossy.lost += 1
                if Lossy.lost == 1:
                    raise sqlite3.OperationalError("the connection is lost")

        inbox = Inbox(lambda: sqlite3.connect(self.path, factory=Lossy), "sales", domain="shop")
        with self.assertLogs("sluice", "WARNING"):
            inbox.apply(event(1), self.write)
        self.assertEqual([("a", 1)], self.rows())

    def test_patience_ends(self):
        def away():
            raise sqlite3.OperationalError("away")

        inbox = Inbox(away, "sales", domain="shop", patience_s=0.2)
        with self.assertLogs("sluice", "WARNING"), self.assertRaisesRegex(sqlite3.OperationalError, "away"):
            inbox.apply(event(1), self.write)

    def test_of_many_threads_one_has_the_effect(self):
        threads = [threading.Thread(target=lambda: [self.make().apply(event(n), self.write) for n in range(1, 11)])
                   for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        positions = [position for _, position in self.rows()]
        self.assertEqual(sorted(set(positions)), positions)
        self.assertEqual(10, positions[-1])


class Styles(InboxCase):
    def test_each_is_written_as_its_driver_reads_it(self):
        text, values = "set a = {a}, b = {b}, c = {a}", {"a": 1, "b": 2}
        written = {style: Statement(text, style) for style in STYLES}
        self.assertEqual("set a = ?, b = ?, c = ?", written["qmark"].text)
        self.assertEqual("set a = :1, b = :2, c = :3", written["numeric"].text)
        self.assertEqual("set a = :a, b = :b, c = :a", written["named"].text)
        self.assertEqual("set a = %s, b = %s, c = %s", written["format"].text)
        self.assertEqual("set a = %(a)s, b = %(b)s, c = %(a)s", written["pyformat"].text)
        self.assertEqual([1, 2, 1], written["format"].values(values))
        self.assertEqual(values, written["named"].values(values))
        with self.assertRaisesRegex(ValueError, "paramstyle"):
            Statement(text, "dollar")

    def test_the_rule_holds_in_each(self):
        for style in STYLES:
            with self.subTest(style=style):
                inbox = Inbox(lambda: sqlite3.connect(self.path, factory=Styled), style, domain="shop", paramstyle=style)
                for one in (event(1), event(1), event(2), event(1)):
                    inbox.apply(one, self.write)
                self.assertIsInstance(inbox.apply(event(2, id_="other"), self.write), Dead)
        self.assertEqual([("a", 1), ("a", 2)] * len(STYLES), self.rows())


class Hash(unittest.TestCase):
    def test_of_every_length_it_is_what_the_library_says(self):
        """The digest is of the xxHash library's own answers (0.8) to the same questions."""
        chance = random.Random(1)
        digest = hashlib.sha256()
        for size in range(1200):
            data = chance.getrandbits(8 * size + 1).to_bytes(size + 1, "little")[:size]
            for seed in (0, 2, 0xFEDCBA9876543210):
                digest.update(xxh3_64(data, seed).to_bytes(8, "little"))
        self.assertEqual("9d829ae9ace79eb07aea9f5a7013add9b7c5cda38e7b5a3a6fbc6befb6a4ea32", digest.hexdigest())

    def test_it_is_signed_and_of_source_and_id(self):
        self.assertNotEqual(id_hash(Event("1", "/a", "t")), id_hash(Event("1", "/b", "t")))
        self.assertTrue(any(id_hash(Event(str(n), "/a", "t")) < 0 for n in range(64)))


if __name__ == "__main__":
    unittest.main()
