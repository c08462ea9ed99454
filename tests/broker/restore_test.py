#!/usr/bin/env python3
"""A machine is lost, or comes back after a long time, and retention has taken what its copy was a fold of."""

import pathlib
import shutil
import unittest

from harness import event, wait_until
from serve_test import OnKafka

SUBJECTS = 50
ROUND = 60  # events of each subject, of 1 kB
KEPT = 1000
PAD = "x" * 900


class Restore(OnKafka):
    def setUp(self):
        super().setUp()
        contract = (self.dir / "shop.yaml").read_text(encoding="utf-8").replace(
            "  homes: 4\n", f"  homes: 1\n  retention: {{ordered: {{records: {KEPT}}}}}\n")
        self.write("shop.yaml", contract)
        config = (self.dir / "sluice.yaml").read_text(encoding="utf-8")
        self.write("sluice.yaml", config.replace("subscriptions:", "  snapshots: {bytes: 1MiB, every: 1m}\nsubscriptions:"))
        self.next = 1

    def publish_round(self):
        """The next numbers of each subject; enough for a snapshot."""
        numbers = range(self.next, self.next + ROUND)
        self.publish(*(event(f"s{s}", n, data={"amount": n, "pad": PAD}) for n in numbers for s in range(SUBJECTS)))
        self.next += ROUND

    def ordered_ends(self, daemon):
        partition = daemon.api(f"/v1/topics/{self.ordered()}")[1]["partitions"][0]
        return partition["first"], partition["end"]

    def run_until_trimmed(self):
        """A daemon releases a round; retention takes what it may once a snapshot covers it."""
        daemon = self.daemon()
        before, _ = self.ordered_ends(daemon)
        self.publish_round()
        daemon.settle()
        wait_until(lambda: self.ordered_ends(daemon)[0] > before, "retention takes what a snapshot covers", seconds=60)
        self.assertEqual(0, daemon.stop())

    def assert_goes_on(self):
        """What was released is known, though its records are gone; what comes next follows it."""
        daemon = self.daemon()
        first, end = self.ordered_ends(daemon)
        self.assertGreater(first, 0)
        self.publish(*(event(f"s{s}", 1, data={"amount": 1, "pad": PAD}) for s in range(SUBJECTS)))  # again
        self.publish(*(event(f"s{s}", self.next) for s in range(SUBJECTS)))
        self.next += 1
        daemon.settle()
        self.assertEqual([], self.stuck())
        fresh = self.read(self.ordered(), "--from", str(end))
        self.assertEqual({f"s{s}": (self.next - 1, self.next - 1) for s in range(SUBJECTS)},
                         {one["subject"]: (int(one["subjectposition"]), int(one["sourcesequence"])) for one in fresh})
        self.assertEqual(SUBJECTS, len(fresh))
        self.assertEqual(0, daemon.stop())

    def test_a_machine_that_is_lost(self):
        self.run_until_trimmed()
        shutil.rmtree(self.dir / "data")
        self.assert_goes_on()
        self.assertEqual(0, self.sluice("verify").returncode)

    def test_a_machine_that_comes_back_with_an_old_copy(self):
        data = self.dir / "data"
        self.run_until_trimmed()
        data.rename(self.dir / "first")
        self.run_until_trimmed()
        self.run_until_trimmed()
        shutil.rmtree(data)
        pathlib.Path(self.dir / "first").rename(data)
        self.assert_goes_on()


if __name__ == "__main__":
    unittest.main(verbosity=2)
