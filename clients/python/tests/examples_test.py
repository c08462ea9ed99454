#!/usr/bin/env python3
"""Runs the examples as the guide has them, twice: the second time all of it is a repetition. Holds the service to under
60 lines of code, and docs/guide/python.md to quoting them as they are."""

import pathlib
import sqlite3
import subprocess
import sys
import unittest

from harness import CONFIG, Case, event, wait_until

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
        daemon = self.daemon()
        url = f"http://{daemon.info()['api']}"
        database = self.dir / "loyalty.sqlite"
        for time in (1, 2):
            running = subprocess.Popen([sys.executable, EXAMPLES / "loyalty.py", url, database])
            self.addCleanup(running.wait)
            self.addCleanup(running.kill)
            subprocess.run([sys.executable, EXAMPLES / "orders.py", url], check=True, timeout=60)
            self.publish(event("29", time, data={"amount": 0}) if time == 1 else event("29", time, "order.cancelled"))
            expected = [("17", 2), ("18", 1), ("29", time)]
            wait_until(lambda: self.inbox(database) == expected, "all is handled")
            daemon.settle()
            running.terminate()
            self.assertEqual(0, running.wait(timeout=60))
            with sqlite3.connect(database) as look:
                points = look.execute("SELECT * FROM points WHERE points > 0").fetchall()
            self.assertEqual([("18", 19)], points)

    @staticmethod
    def inbox(database):
        if not database.exists():
            return []
        with sqlite3.connect(database, timeout=30) as look:
            try:
                return look.execute("SELECT subject, last_position FROM sluice_inbox ORDER BY subject").fetchall()
            except sqlite3.OperationalError:
                return []  # its table is not made yet


if __name__ == "__main__":
    unittest.main()
