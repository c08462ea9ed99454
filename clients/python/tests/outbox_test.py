#!/usr/bin/env python3
"""The outbox from Python (docs/guide/outbox.md): a service's own statement and sluice_publish in one transaction, by drivers
with different styles of parameters. The drivers come by pip; without them, or without PostgreSQL, it says that it skips.

usage: outbox_test.py CACHE"""

import importlib
import json
import os
import subprocess
import sys
import unittest

import servers
import with_databases

PACKAGES = {"pg8000.dbapi": "pg8000==1.31.2", "psycopg2": "psycopg2-binary==2.9.9"}
STARTED = {}


def connect(driver):
    name = "dbname" if driver.__name__ == "psycopg2" else "database"
    return driver.connect(user="sluice", host="127.0.0.1", port=STARTED["postgres"].port, **{name: "orders"})


def place(connection, order, data):
    """As the guide has it; answers the event's number."""
    cursor = connection.cursor()
    cursor.execute("update orders set state = 'placed' where id = %s", [order])
    cursor.execute("select sluice_publish('order', %s, 'order.placed', %s)", [order, json.dumps(data)])
    return cursor.fetchone()[0]


class Outbox(unittest.TestCase):
    def each_driver(self):
        for name in PACKAGES:
            STARTED["postgres"].psql("orders", "truncate sluice_outbox_event, sluice_outbox_subject; drop table if exists orders; "
                                     "create table orders (id text, state text); insert into orders values ('4711', 'new')")
            with self.subTest(driver=name):
                yield connect(importlib.import_module(name))

    def rows(self, what):
        return STARTED["postgres"].psql("orders", what).splitlines()

    def test_both_or_neither(self):
        for connection in self.each_driver():
            self.assertEqual(1, place(connection, "4711", {"amount": 100}))
            connection.rollback()
            self.assertEqual(["new"], self.rows("select state from orders"))
            self.assertEqual([], self.rows("select number from sluice_outbox_event"))
            self.assertEqual([1, 2], [place(connection, "4711", {"amount": amount}) for amount in (100, 90)])
            connection.commit()
            self.assertEqual(["placed"], self.rows("select state from orders"))
            self.assertEqual(['1|{"amount": 100}', '2|{"amount": 90}'],
                             self.rows("select number, convert_from(data, 'UTF8') from sluice_outbox_event order by number"))
            connection.close()

    def test_what_else_an_event_has(self):
        for connection in self.each_driver():
            cursor = connection.cursor()
            cursor.execute("select sluice_publish('order', %s, 'order.scanned', id => %s, extensions => cast(%s as jsonb), "
                           "datacontenttype => %s, bytes => %s)",
                           ["4711", "mine", json.dumps({"dependson": "/payments 3"}), "avro/binary", b"\x00\xff"])
            connection.commit()
            self.assertEqual(['mine|avro/binary|{"dependson": "/payments 3"}|\\x00ff'],
                             self.rows("select id, datacontenttype, extensions, data from sluice_outbox_event"))
            connection.close()

    def test_what_is_no_event_fails_in_the_transaction(self):
        for connection in self.each_driver():
            with self.assertRaisesRegex(Exception, "json"):
                connection.cursor().execute("select sluice_publish('order', '4711', 'order.placed', %s)", ["{"])
            connection.rollback()
            self.assertEqual([], self.rows("select number from sluice_outbox_event"))
            connection.close()


def start(folder):
    server = STARTED["postgres"] = servers.Postgres(folder / "postgres")
    server.psql("postgres", "create database orders")
    for words in (["migrate"], ["source", "/orders"]):
        subprocess.run([os.environ["SLUICE"], "outbox", *words, "--database",
                        f"postgres://sluice@127.0.0.1:{server.port}/orders"], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(with_databases.main(PACKAGES.values(), STARTED, start))
