#!/usr/bin/env python3
"""Generated orders under chaos: equal to the cent to the oracle, and in order to a separate judge."""

import pathlib
import tempfile
import unittest

import runs

FLOOR_EARLY = 0.05


class Generated(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-commerce-")
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name) / "state"

    def test_equal_to_the_oracle_and_in_order(self):
        summary, code = runs.run("--orders", 3000, "--seed", 11, "--chaos", 5, "--state", self.state)
        self.assertEqual(0, code, summary)
        self.assertEqual(0, summary["oracle"]["differences"], summary["oracle"])
        self.assertEqual(17, summary["oracle"]["tables"])
        self.assertEqual(0, summary["parked"])
        self.assertEqual(0, summary["conflicts"])
        for what in ("waited", "duplicates", "repartitioned", "early_cancellations", "early_deliveries",
                     "stepwise_cancellations", "discounted_orders", "returns"):
            self.assertGreater(summary[what], 0, what)
        code, report = runs.judge(self.state)
        self.assertEqual(0, code, report)

    def test_without_order_the_same_events_go_wrong(self):
        summary, code = runs.run("--orders", 3000, "--seed", 11, "--chaos", 5, "--unordered")
        self.assertEqual(1, code)
        self.assertEqual(set(runs.WRONG_WITHOUT_ORDER), runs.wrong_services(summary) & set(runs.WRONG_WITHOUT_ORDER))

    def test_without_chaos_plain_consumers_differ_less_and_sluice_not_at_all(self):
        summary, code = runs.run("--orders", 1000, "--seed", 3)
        self.assertEqual((0, 0), (code, summary["oracle"]["differences"]), summary)


if __name__ == "__main__":
    unittest.main()
