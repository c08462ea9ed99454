#!/usr/bin/env python3
"""The example receiver, pushed to by the binary in each mode: signed, retried, dead, tried and killed."""

import base64
import json
import pathlib
import sqlite3
import subprocess
import sys
import unittest

from harness import CONFIG, Case, event, free_port, wait_until

RECEIVER = pathlib.Path(__file__).resolve().parents[1] / "examples" / "receiver.py"
SECRET = "whsec_" + base64.b64encode(b"7" * 32).decode()


class Push(Case):
    def setUp(self):
        super().setUp()
        self.port = free_port()

    def configure(self, mode, secret=SECRET):
        sink = f"{{http: 'http://127.0.0.1:{self.port}/', mode: {mode}, secrets: ['{secret}'], dry_run: true}}"
        retry = "    retry: {first: 10ms, attempts: 3}\n"
        self.write("sluice.yaml", CONFIG.replace("    file: audit.jsonl\n", f"    sink: {sink}\n{retry}")
                   + "push: {allow: [127.0.0.0/8]}\n")

    def receive(self):
        process = subprocess.Popen([sys.executable, RECEIVER, str(self.port), self.dir / "points.sqlite", SECRET],
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def points(self):
        if not (self.dir / "points.sqlite").exists():
            return []
        with sqlite3.connect(self.dir / "points.sqlite", timeout=30) as look:
            try:
                return look.execute("SELECT * FROM points ORDER BY order_id").fetchall()
            except sqlite3.OperationalError:
                return []  # its table is not made yet

    def stuck(self, daemon):
        return {one["subject"]: one["reason"] for one in daemon.api("/v1/stuck")[1]["stuck"] if one["cause"] == "parked"}

    def orders(self):
        return [event("17", 2, "order.cancelled"), event("17", 1, data={"amount": 4200}), event("18", 1, data={"amount": 1999})]

    def test_each_mode_and_a_receiver_that_is_killed(self):
        for mode in ("binary", "structured", "batch"):
            with self.subTest(mode=mode):
                self.setUp()
                self.configure(mode)
                receiver = self.receive()
                daemon = self.daemon()
                self.publish(*self.orders())
                wait_until(lambda: self.points() == [("18", 19)], "the points are there")
                receiver.kill()
                receiver.wait()
                self.publish(event("19", 1, data={"amount": 500}))
                self.receive()
                wait_until(lambda: self.points() == [("18", 19), ("19", 5)], "the points are there again")
                daemon.settle()
                self.assertEqual({}, self.stuck(daemon))

    def test_dead_is_parked_with_its_reason_and_tried_without_a_trace(self):
        self.configure("binary")
        self.receive()
        daemon = self.daemon()
        self.publish(event("17", 1, "order.cancelled"), event("18", 1))
        reasons = wait_until(lambda: self.stuck(daemon), "it is parked")
        self.assertIn("no such order", reasons["17"])
        told = self.sluice("try", "17", "-S", "audit", "--by", "test", "--reason", "a look", "--yes").stdout
        self.assertIn("no such order", told)
        daemon.settle()
        self.assertEqual([("18", 0)], self.points())

    def test_who_has_another_secret_is_not_believed(self):
        self.configure("binary", "whsec_" + base64.b64encode(b"8" * 32).decode())
        self.receive()
        daemon = self.daemon()
        self.publish(event("18", 1))
        reasons = wait_until(lambda: self.stuck(daemon), "it is parked")
        self.assertIn("none of the secrets", reasons["18"])
        self.assertEqual([], self.points())


if __name__ == "__main__":
    unittest.main()
