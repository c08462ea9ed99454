#!/usr/bin/env python3
"""A complete service: a point per whole euro ordered, taken back when the order is cancelled.

usage: loyalty.py URL DATABASE        until SIGTERM"""

import sqlite3
import sys

from sluice import Client, Consumer, Dead, Event, Inbox


def placed(event: Event, sql: sqlite3.Connection) -> None:
    points = event.data["amount"] // 100  # the amount is in cents
    sql.execute("INSERT INTO points (order_id, points) VALUES (?, ?)", (event.subject, points))


def cancelled(event: Event, sql: sqlite3.Connection) -> None:
    # The order is there: Sluice never hands us a cancellation before it.
    gone = sql.execute("DELETE FROM points WHERE order_id = ?", (event.subject,))
    if gone.rowcount != 1:
        raise Dead("no such order")


def main() -> None:
    url, database = sys.argv[1:]
    inbox = Inbox(lambda: sqlite3.connect(database), "loyalty", domain="shop")
    inbox.create("CREATE TABLE IF NOT EXISTS points (order_id TEXT PRIMARY KEY, points INTEGER)")
    handler = inbox.handler({"order.placed": placed, "order.cancelled": cancelled})
    with Client(url) as client:
        Consumer(client, "loyalty", handler).run()


if __name__ == "__main__":
    main()
