#!/usr/bin/env python3
"""`commerce check` and `commerce generate` as a person types them: verdicts by exit code, the same bytes again."""

import json
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

import runs

# Issue: the main job. At least these, on the last line of --json.
PROMISED = {"orders", "events_published", "events_delivered", "waited", "waited_max", "duplicates", "conflicts", "late",
            "parked", "repartitioned", "early_cancellations", "early_deliveries", "stepwise_cancellations",
            "discounted_orders", "returns", "seconds", "events_per_second", "oracle"}
PROMISED_OF_ORACLE = {"tables", "rows", "differences", "rows_differing_by_table"}


def sluice(*arguments):
    return subprocess.run([runs.BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False)


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sluice-check-")
        cls.state = pathlib.Path(cls.folder.name) / "state"
        cls.summary, cls.code = runs.run("--orders", 200, "--seed", 4, "--chaos", 9, "--state", cls.state)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def check(self, *more):
        ran = sluice("commerce", "check", "--state", self.state, "--json", *more)
        return ran.returncode, json.loads(ran.stdout) if ran.stdout else ran.stderr

    def test_the_last_line_has_every_promised_key(self):
        self.assertEqual(0, self.code, self.summary)
        self.assertLessEqual(PROMISED, self.summary.keys())
        self.assertLessEqual(PROMISED_OF_ORACLE, self.summary["oracle"].keys())
        self.assertEqual(self.summary["oracle"]["tables"], len(self.summary["oracle"]["rows_differing_by_table"]))

    def test_says_of_the_state_what_the_run_said(self):
        self.assertEqual((0, self.summary["oracle"]), self.check())
        self.assertEqual((0, self.summary["oracle"]), self.check("--data", self.state / "raw"))

    def test_a_cent_is_a_difference_and_the_exit_code_tells(self):
        models = self.state / "read-models" / "settlement.sqlite"
        first = "WHERE rowid = (SELECT MIN(rowid) FROM settlement_payout)"
        for by, differences in ((1, 1), (-1, 0)):
            with sqlite3.connect(models) as database:
                database.execute(f"UPDATE settlement_payout SET carried_out = carried_out + ? {first}", (by,))
            database.close()
            code, report = self.check()
            self.assertEqual((differences, differences), (code, report["differences"]), report)
            wrong = {table: count for table, count in report["rows_differing_by_table"].items() if count}
            self.assertEqual({"settlement_payout": 1} if differences else {}, wrong)

    def test_a_directory_without_a_run_is_named(self):
        with tempfile.TemporaryDirectory() as empty:
            ran = sluice("commerce", "check", "--state", empty)
            self.assertEqual((4, ""), (ran.returncode, ran.stdout))
            self.assertIn(f"{empty} holds no run", ran.stderr)

    def test_another_run_is_not_mixed_into_the_state(self):
        ran = sluice("commerce", "run", "--orders", 201, "--seed", 4, "--chaos", 9, "--state", self.state, "--exit")
        self.assertEqual(2, ran.returncode, ran.stderr)
        self.assertIn("holds another run", ran.stderr)


class Generate(unittest.TestCase):
    def generate(self, folder, seed):
        ran = sluice("commerce", "generate", "--orders", 500, "--seed", seed, "--out", folder)
        self.assertEqual(0, ran.returncode, ran.stderr)
        return {path.name: path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())}

    def test_the_same_seed_makes_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            first = self.generate(f"{folder}/a", 7)
            self.assertEqual(5, len(first))
            self.assertEqual(first, self.generate(f"{folder}/b", 7))
            other = self.generate(f"{folder}/c", 8)
            self.assertEqual(first.keys(), other.keys())
            self.assertTrue(all(first[name] != other[name] for name in first))

    def test_a_run_takes_what_was_generated(self):
        with tempfile.TemporaryDirectory() as folder:
            self.generate(f"{folder}/raw", 7)
            summary, code = runs.run("--data", f"{folder}/raw", "--seed", 7)
            self.assertEqual((0, 500, 0), (code, summary["orders"], summary["oracle"]["differences"]), summary)

    def test_a_file_that_is_damaged_is_told_with_its_line(self):
        with tempfile.TemporaryDirectory() as folder:
            self.generate(folder, 7)
            payments = pathlib.Path(folder) / "olist_order_payments_dataset.csv"
            header, rest = payments.read_text(encoding="utf-8").split("\n", 1)
            payments.write_text(header.replace("payment_value", "value") + "\n" + rest, encoding="utf-8")
            ran = sluice("commerce", "run", "--data", folder, "--exit")
            self.assertEqual((2, ""), (ran.returncode, ran.stdout))
            self.assertIn("olist_order_payments_dataset.csv:1: no column 'payment_value'", ran.stderr)


if __name__ == "__main__":
    unittest.main()
