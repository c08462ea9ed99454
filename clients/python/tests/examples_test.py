#!/usr/bin/env python3
"""Runs the examples as the guide has them, twice: the second time all of it is a repetition. Holds the service to under
60 lines of code, and docs/guide/python.md to quoting them as they are."""

import pathlib
import sqlite3
import subprocess
import sys
import unittest

from harness import CONFIG, Case, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "clients" / "python" / "examples"
GUIDE = ROOT / "docs" / "guide" / "python.md"


class Guide(unittest.TestCase):
    def test_it_quotes_the_examples_as_they_are(self):
        guide = GUIDE.read_text(encoding="utf-8")
        for example in EXAMPLES.glob("*.py"):
            self.assertIn(f"```python\n{example.read_text(encoding='utf-8')}```", guide, f"copy {example.name} into {GUIDE}")

    def test_the_service_is_short(self):
        lines = (EXAMPLES / "loyalty.py").read_text(encoding="utf-8").splitlines()
        self.assertLess(len([line for line in lines if line.strip() and not line.strip().startswith("#")]), 60)


class Loyalty(Case):
    def setUp(self):
        super().setUp()
        self.write("sluice.yaml", CONFIG.replace("  - name: audit\n", "  - name: loyalty\n").replace(
            "    file: audit.jsonl\n", "    sink: {pull: {}}\n"))

    def test_points_are_of_orders_that_stand(self):
        self.run_example("loyalty.py", "orders.py")

    def run_example(self, service, producer):
        daemon = self.daemon()
        url = f"http://{daemon.info()['api']}"
        database = self.dir / "loyalty.sqlite"
        for _ in range(2):
            running = subprocess.Popen([sys.executable, EXAMPLES / service, url, database])
            self.addCleanup(running.wait)
            self.addCleanup(running.kill)
            subprocess.run([sys.executable, EXAMPLES / producer, url], check=True, timeout=60)
            wait_until(lambda: self.told(daemon), "all is handled")
            running.terminate()
            self.assertEqual(0, running.wait(timeout=60))
            with sqlite3.connect(database) as look:
                self.assertEqual([("18", 19)], look.execute("SELECT * FROM points").fetchall())
                self.assertEqual([("17", 2), ("18", 1)],
                                 look.execute("SELECT subject, last_position FROM sluice_inbox ORDER BY subject").fetchall())

    @staticmethod
    def told(daemon):
        status = daemon.api("/v1/status")[1]
        ordered = sum(one["records"] for domain in status["domains"] for one in domain["ordered"])
        return ordered >= 3 and status["idle"]


if __name__ == "__main__":
    unittest.main()
