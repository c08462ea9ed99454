#!/usr/bin/env python3
"""The commerce platform's review service in Python has the rows of the one in C++, though it is killed again and again
at moments that the seed chooses, its daemon too, and answers are lost with them."""

import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import unittest

from harness import Case, wait_until
from runs import run

ROOT = pathlib.Path(__file__).resolve().parents[3]
REVIEW = ROOT / "clients" / "python" / "examples" / "review" / "review.py"
CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [order.yaml]
subscriptions:
  - name: review-python
    domain: order
    types: [order.placed, review.written, review.complained]
    sink: {pull: {}}
    retry: {first: 10ms, max: 1s, attempts: 1000}
"""
ORDERS, KILLS = 300, 6
LEASE_S = "1"  # a client that is killed keeps its subjects so long
ROWS = {"review_entry": "event_id", "review_seller": "seller_id"}
INBOX = "select domain, subject, last_position, last_id_hash from sluice_inbox where subscription = ? order by subject"


class Review(Case):
    def setUp(self):
        super().setUp()
        self.write("sluice.yaml", CONFIG)
        shutil.copy(ROOT / "commerce" / "contract" / "order.yaml", self.dir / "order.yaml")
        self.client = None
        self.addCleanup(self.kill_client)

    def start_client(self, daemon):
        with (self.dir / "review.log").open("w", encoding="utf-8") as log:
            self.client = subprocess.Popen([sys.executable, str(REVIEW), f"http://{daemon.info()['api']}", "review.sqlite",
                                            LEASE_S], cwd=self.dir, stderr=log)

    def log(self):
        """Of the client that was started last."""
        return (self.dir / "review.log").read_text(encoding="utf-8")

    def kill_client(self):
        if self.client is not None:
            self.client.kill()
            self.client.wait()

    def rows(self, path, statement, *values):
        with sqlite3.connect(path, timeout=30) as database:
            return database.execute(statement, values).fetchall()

    def handled(self):
        if not (self.dir / "review.sqlite").exists():
            return 0
        try:
            return self.rows(self.dir / "review.sqlite", "select count(*) from sluice_inbox")[0][0]
        except sqlite3.OperationalError:
            return 0  # its table is not made yet

    def test_its_rows_are_those_of_the_service_in_cpp(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        chance = random.Random(seed)
        summary, code = run("--orders", ORDERS, "--seed", seed % 1000, "--chaos", seed % 100, "--state", self.dir / "state")
        self.assertEqual(0, code, summary)
        shutil.move(self.dir / "state" / "log", self.dir / "data")
        model = self.dir / "state" / "read-models" / "review.sqlite"
        daemon = self.daemon()
        for kill in range(1, KILLS + 1):
            self.start_client(daemon)
            wait_until(lambda: self.handled() >= ORDERS * kill // (KILLS + 2), "it goes on", seconds=90)
            time.sleep(chance.uniform(0, 0.1))
            if chance.random() < 0.3:
                daemon.kill()
                daemon = self.daemon()
            self.kill_client()
        self.start_client(daemon)
        wait_until(lambda: self.inbox("review-python", self.dir / "review.sqlite") == self.inbox("review", model),
                   "it has come as far as the other", seconds=90)
        wait_until(lambda: daemon.api("/v1/status")[1]["idle"], "all is answered", seconds=90)
        # What was left may have been done by those before it: this one may still be on its way to hear signals.
        wait_until(lambda: "review-python: pulling" in self.log(), "it is there", seconds=60)
        self.client.terminate()
        self.assertEqual(0, self.client.wait(timeout=60), f"SIGTERM ends it\n{self.log()}")
        for table, key in ROWS.items():
            expected = self.rows(model, f"select * from {table} order by {key}")
            self.assertGreater(len(expected), 10)
            self.assertEqual(expected, self.rows(self.dir / "review.sqlite", f"select * from {table} order by {key}"))
        self.assertEqual([], daemon.api("/v1/stuck")[1]["stuck"])

    def inbox(self, subscription, path):
        return self.rows(path, INBOX, subscription)


if __name__ == "__main__":
    unittest.main()
