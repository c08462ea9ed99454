#!/usr/bin/env python3
"""All real orders under chaos, where they are: differences 0, floors met, and plain consumers wrong on every seed."""

import concurrent.futures
import os
import pathlib
import sys
import tempfile
import unittest

import runs

SEEDS = int(os.environ.get("SLUICE_SEEDS", "1"))


class RealOrders(unittest.TestCase):
    def test_every_seed(self):
        data = runs.real_orders()
        for seed in range(1, SEEDS + 1):
            with self.subTest(chaos=seed), tempfile.TemporaryDirectory(prefix="sluice-real-") as folder, \
                    concurrent.futures.ThreadPoolExecutor() as beside:
                plain = beside.submit(runs.run, "--data", data, "--chaos", seed, "--unordered")
                self.in_order(data, seed, pathlib.Path(folder) / "state")
                self.plainly(seed, *plain.result())

    def in_order(self, data, seed, state):
        summary, code = runs.run("--data", data, "--chaos", seed, "--state", state)
        print(seed, summary, flush=True)
        self.assertEqual(0, code, summary)
        self.assertEqual(99_441, summary["orders"])
        self.assertEqual((0, 0), (summary["oracle"]["differences"], summary["parked"]))
        self.assertGreaterEqual(summary["early_cancellations_share"], 0.05)
        self.assertGreaterEqual(summary["early_deliveries_share"], 0.05)
        code, report = runs.judge(state)
        self.assertEqual(0, code, report)

    def plainly(self, seed, plain, code):
        print(seed, plain["oracle"], flush=True)
        self.assertEqual(1, code)
        self.assertLessEqual(set(runs.WRONG_WITHOUT_ORDER), runs.wrong_services(plain))


if __name__ == "__main__":
    if runs.real_orders() is None:
        print("skipped: no real orders (set SLUICE_SHARED)")
        sys.exit(0)
    unittest.main()
