#!/usr/bin/env python3
"""The main job on a real broker: the same handlers, the same oracle, not a cent of difference."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import runs
from harness import wait_until

ORDERS = int(os.environ.get("SLUICE_ORDERS", "300"))
BOOTSTRAP = (pathlib.Path(os.environ["SLUICE_KAFKA_CLUSTER"]) / "bootstrap").read_text(encoding="utf-8").strip()


class OnKafka(unittest.TestCase):
    def test_equal_to_the_oracle_under_chaos(self):
        """Lag, maintenance, duplicates, and restarts that find their state in the topics."""
        with tempfile.TemporaryDirectory(prefix="sluice-commerce-") as folder:
            summary, code = runs.run("--orders", ORDERS, "--seed", 11, "--chaos", 5, "--log", f"kafka://{BOOTSTRAP}",
                                     "--state", pathlib.Path(folder) / "state")
        self.assertEqual(0, code, summary)
        self.assertEqual(0, summary["oracle"]["differences"], summary["oracle"])
        self.assertEqual(17, summary["oracle"]["tables"])
        self.assertEqual(0, summary["parked"])
        self.assertEqual(0, summary["conflicts"])
        for what in ("waited", "duplicates", "repartitioned", "early_cancellations", "early_deliveries"):
            self.assertGreater(summary[what], 0, what)

    def test_a_run_that_was_killed_goes_on(self):
        """kill -9 while it publishes: what was acknowledged is in the topics, what was not is published again."""
        with tempfile.TemporaryDirectory(prefix="sluice-commerce-") as folder:
            state = pathlib.Path(folder) / "state"
            asked = ["--orders", str(ORDERS), "--seed", "12", "--log", f"kafka://{BOOTSTRAP}", "--state", str(state)]
            for _ in range(2):
                run = subprocess.Popen([runs.BINARY, "commerce", "run", "--exit", "--json", *asked],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                before = self.published(state)
                wait_until(lambda: self.published(state) != before or run.poll() is not None, "it publishes", seconds=120)
                run.kill()
                run.wait()
            summary, code = runs.run(*asked)
        self.assertEqual(0, code, summary)
        self.assertEqual(0, summary["oracle"]["differences"], summary["oracle"])
        self.assertEqual(0, summary["parked"])

    def test_a_run_that_keeps_nothing_leaves_no_topic(self):
        before = self.topics_of_runs()
        _, code = runs.run("--orders", 20, "--seed", 13, "--log", f"kafka://{BOOTSTRAP}")
        self.assertEqual(0, code)
        wait_until(lambda: self.topics_of_runs() <= before, "its topics have gone")

    @staticmethod
    def topics_of_runs():
        listed = subprocess.run(["kcat", "-b", BOOTSTRAP, "-L", "-J"], check=True, capture_output=True).stdout
        return {one["topic"] for one in json.loads(listed)["topics"] if one["topic"].startswith("run-")}

    @staticmethod
    def published(state):
        """How far the run says that it has published."""
        path = state / "published"
        return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    unittest.main()
