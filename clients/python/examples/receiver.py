#!/usr/bin/env python3
"""The service of loyalty.py as a receiver of pushed events.

usage: receiver.py PORT DATABASE SECRET"""

import http.server
import sqlite3
import sys

from loyalty import cancelled, placed

from sluice import Inbox
from sluice.receive import receive

port, database, secret = sys.argv[1:]
effects = {"order.placed": placed, "order.cancelled": cancelled}
inbox = Inbox(lambda: sqlite3.connect(database, timeout=30), "loyalty", domain="shop")
inbox.create("CREATE TABLE IF NOT EXISTS points (order_id TEXT PRIMARY KEY, points INTEGER)")


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept, and used again

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = receive(dict(self.headers), body, inbox.handler(effects), secrets=[secret], trial=inbox.trial(effects))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver).serve_forever()
