#!/usr/bin/env python3
"""What buyers say, of the commerce platform: the rows of the C++ service commerce/review, from Python and SQLite.
docs/commerce/read-models.md, "review", says what each column means.

usage: review.py URL DATABASE [LEASE_SECONDS]        until SIGTERM"""

import datetime
import json
import logging
import sqlite3
import sys

from sluice import Client, Consumer, Dead, Event, Inbox, Options

BUSINESS_TIME = datetime.timezone(datetime.timedelta(hours=-3))  # of the platform's policy

TABLES = (
    "PRAGMA journal_mode = WAL",  # a commit is one sync of the disk, and readers do not wait for it
    """CREATE TABLE IF NOT EXISTS review_entry (event_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, member_id TEXT NOT NULL,
    kind TEXT NOT NULL, review_id TEXT NOT NULL, score INTEGER NOT NULL, created_at TEXT NOT NULL, written_at TEXT NOT NULL,
    days_after_placed INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS review_seller (seller_id TEXT PRIMARY KEY, reviews INTEGER NOT NULL,
    score_sum INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS _order (order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, placed_day INTEGER NOT NULL,
    sellers TEXT NOT NULL)""")


def business_day(event: Event) -> int:
    time = datetime.datetime.strptime(event.time or "", "%Y-%m-%dT%H:%M:%S%z")
    return time.astimezone(BUSINESS_TIME).date().toordinal()


def place(event: Event, sql: sqlite3.Connection) -> None:
    sellers = sorted({unit["seller"] for unit in event.data["units"]})
    inserted = sql.execute("INSERT INTO _order VALUES (?, ?, ?, ?) ON CONFLICT (order_id) DO NOTHING",
                           (event.subject, event.data["member"], business_day(event), json.dumps(sellers)))
    if inserted.rowcount != 1:
        raise Dead("already_placed")


def review(event: Event, sql: sqlite3.Connection) -> None:
    order = sql.execute("SELECT member_id, placed_day, sellers FROM _order WHERE order_id = ?", (event.subject,)).fetchone()
    if order is None:
        raise Dead("unknown_order")
    member, placed_day, sellers = order
    said = event.data
    sql.execute("INSERT INTO review_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (event.id, event.subject, member, event.type.removeprefix("review."), said["review"], said["score"],
                 said["created"], event.time, business_day(event) - placed_day))
    sql.executemany("INSERT INTO review_seller VALUES (?, 1, ?) ON CONFLICT (seller_id) DO UPDATE "
                    "SET reviews = reviews + 1, score_sum = score_sum + excluded.score_sum",
                    [(seller, said["score"]) for seller in json.loads(sellers)])


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    url, database, *more = sys.argv[1:]
    lease_s = float(more[0]) if more else 30.0
    inbox = Inbox(lambda: sqlite3.connect(database, timeout=30), "review-python", domain="order")
    inbox.create(*TABLES)
    handler = inbox.handler({"order.placed": place, "review.written": review, "review.complained": review})
    with Client(url) as client:
        # SQLite has one writer at a time: more workers would only wait for it.
        Consumer(client, "review-python", handler, Options(workers=2, wait_s=1, lease_s=lease_s)).run()


if __name__ == "__main__":
    main()
