#!/usr/bin/env python3
"""The sales policy changes while the platform runs: from another terminal an operator rebuilds the sales' read model,
compares it, switches and goes back. On the real orders where they are, else on generated ones."""

import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import time
import unittest

import runs

DAY = "2018-01-01"


class Rebuild(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-rebuild-")
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name) / "state"
        self.running = None
        self.addCleanup(self.end)

    def start(self, *arguments):
        command = [runs.BINARY, "commerce", "run", "--exit", "--json", "--state", str(self.state), *map(str, arguments)]
        self.running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self):
        """What the run said in the end."""
        if self.running is None:
            return None
        out, err = self.running.communicate(timeout=1200)
        self.running = None
        return json.loads(out.splitlines()[-1]) if out.strip() else err

    def run_command(self, *arguments):
        return subprocess.run([runs.BINARY, *map(str, arguments), "--state", str(self.state)], capture_output=True,
                              text=True, check=False, timeout=900)

    def sluice(self, *arguments, code=0):
        ran = self.run_command(*arguments)
        self.assertEqual(code, ran.returncode, f"{arguments}\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def models(self):
        said = self.sluice("rebuild", "sales", "--json")
        return {one["name"]: one for one in json.loads(said)["read_models"]}

    ASK = ("rebuild", "sales", "--into", "sales2", "--reason", "sales count at order", "--yes")

    def ask(self, *arguments):
        return self.sluice(*self.ASK, *arguments)

    def switch(self):
        """As an operator would: again, while it is refused because the new one fell behind for a moment."""
        for _ in range(100):
            ran = self.run_command(*self.ASK, "--switch")
            if ran.returncode == 0:
                return
            self.assertIn("has fallen behind", ran.stderr)
            time.sleep(0.2)
        self.fail("it never caught up")

    def wait_for_file(self):
        for _ in range(600):
            if (self.state / "log" / "services" / "order.sales").exists():
                return
            time.sleep(0.1)
        self.fail("the platform did not start")

    @staticmethod
    def reported(file):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            return dict(database.execute("SELECT booked_on, amount FROM sales_reported"))

    @staticmethod
    def entries(file, policy):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            return set(database.execute("SELECT event_id, order_id, kind, booked_on, units, amount FROM sales_entry"
                                        " WHERE policy = ?", (policy,)))

    def test_the_policy_changes_live(self):
        orders = runs.real_orders() if os.environ.get("SLUICE_REAL") else None
        self.start(*(("--data", orders) if orders else ("--orders", 12000, "--seed", 5)), "--chaos", 7)
        self.wait_for_file()
        self.ask("--effective", DAY)
        self.assertEqual("live", self.models()["sales"]["phase"], "the old numbers until the switch")
        tables = {one["table"]: one for one in json.loads(self.ask("--compare", "--json"))["tables"]}
        self.assertEqual({"sales_day", "sales_entry", "sales_reported"}, set(tables))
        self.switch()
        self.assertIsNone(self.running.poll(), "events were still flowing")
        models = self.models()
        self.assertEqual(("kept", "live"), (models["sales"]["phase"], models["sales2"]["phase"]))
        summary = self.end()
        self.assertEqual(0, summary["oracle"]["differences"], "every row of all services, the old sales among them")
        new, old = models["sales2"]["file"], models["sales"]["file"]
        booked = self.entries(new, "booked")
        self.assertEqual(self.entries(old, "booked"), booked, "which the oracle has found right")
        self.assertGreater(len(booked), 1000)
        self.assertTrue(any(entry[2] == "transition" for entry in booked))
        before = {day: amount for day, amount in self.reported(old).items() if day < DAY}
        self.assertEqual(before, {day: amount for day, amount in self.reported(new).items() if day < DAY})
        self.assertTrue(before)

    def test_where_nobody_runs_it_waits_and_is_carried_out_later(self):
        runs.run("--orders", 60, "--seed", 3, "--state", self.state)
        self.ask("--no-wait")
        self.assertNotIn("sales2", self.models())
        runs.run("--orders", 60, "--seed", 3, "--state", self.state)
        self.assertIn(self.models()["sales2"]["phase"], ("filling", "ready"))
        ordered = self.sluice("read", "order.ordered", "--json")
        kept = self.state / "ordered.jsonl"
        kept.write_text(ordered, encoding="utf-8")
        lines = len(ordered.splitlines())
        self.assertEqual(f"{lines} brought back, 0 were there\n",
                         self.sluice("import", "history", kept, "--domain", "order"))
        self.assertEqual(f"0 brought back, {lines} were there\n",
                         self.sluice("import", "history", kept, "--domain", "order"))
        self.sluice("import", code=2)
        self.sluice("rebuild", "nobody", code=4)
        self.sluice("rebuild", "sales", "--into", "b", "--yes", code=2)


if __name__ == "__main__":
    unittest.main()
