#!/usr/bin/env python3
"""sluice domain grow on a real broker: the very tests that the embedded log passes, and what only a broker can show.

SLUICE_KILLS says how often it is killed at any moment (default 3), SLUICE_SEED which moments.
"""

import json
import os
import random
import subprocess
import time
import unittest

import grow_test
from harness import BINARY
from same_verbs_test import OnKafka


class Grow(OnKafka, grow_test.Grow):
    PATIENCE_S = 240
    # The names are written at the beginning (what lies beside), and at the switch.
    POINTS = [*grow_test.POINTS[:-1], ("kafka.names.before_change:2", False), grow_test.POINTS[-1]]

    def check_preview(self, preview, grown):
        """It counts offsets, of which a transaction takes one."""
        self.assertEqual({"shop.ordered": "shop.ordered.g1"}, grown["seen_as"])
        for counted in ("ordered", "aside", "audit", "brought_back"):
            self.assertGreaterEqual(preview.pop(counted), grown[counted])
        preview.pop("on_their_way")
        self.assertEqual({**preview, "grown": True}, {name: grown[name] for name in preview})

    def check_never_ran(self):
        self.assertIn("has never run on this log", self.refused(*grow_test.GROW, "--yes", code=4))

    def elsewhere(self):
        """Another machine: nothing of what this one keeps beside the brokers."""
        (self.dir / "data").rename(self.dir / f"data-{time.monotonic_ns()}")

    def test_another_machine_goes_on_with_it(self):
        self.live()
        self.grow()
        self.write_homes(7)
        self.elsewhere()
        self.check_whole()
        self.check_life_goes_on()
        checks = self.doctor()
        names = [one for one in checks if one["what"] == "names"]
        self.assertEqual(["ok"], [one["verdict"] for one in names], "what was replaced takes no room")
        self.assertIn("shop.ordered is shop.ordered.g1", names[0]["detail"])
        self.assertEqual([], [one for one in checks if one["what"] == "topic shop.ordered" and one["verdict"] == "fail"])

    def doctor(self):
        return json.loads(self.run_command("doctor", "--json").stdout)["checks"]

    def test_it_grows_twice(self):
        self.live()
        self.grow()
        self.write_homes(7)
        self.settle()
        twice = [one if one != "7" else "9" for one in grow_test.GROW]
        self.sluice(*twice, "--yes", "--json", timeout=self.PATIENCE_S)
        self.write_homes(9)
        self.check_whole()
        self.check_life_goes_on()

    def test_a_daemon_elsewhere_is_found_and_not_disturbed(self):
        self.live()
        self.write("other.yaml", (self.dir / "sluice.yaml").read_text().replace("data: data", "data: other"))
        daemon = self.start("serve", "-c", "other.yaml", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(10)  # it has joined
        self.assertIn("stop all daemons of the domain", self.sluice(*grow_test.GROW, "--yes", code=3, timeout=self.PATIENCE_S).stderr)
        self.assertIsNone(daemon.poll())
        topics = {one["name"]: one["partitions"] for one in json.loads(self.sluice("topics", "--json").stdout)["topics"]}
        self.assertEqual(4, topics["shop.ordered"])

    def test_killed_at_any_moment(self):
        seed = int(os.environ.get("SLUICE_SEED") or random.randrange(1 << 32))
        moments = random.Random(seed)
        self.live()
        grown = False
        for _ in range(int(os.environ.get("SLUICE_KILLS") or 3)):
            after = moments.uniform(0, 12)
            with self.subTest(seed=seed, after=after):
                growing = subprocess.Popen([BINARY, *grow_test.GROW, "--yes"], cwd=self.dir, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                time.sleep(after)
                growing.kill()
                growing.wait()
                topics = {one["name"]: one["partitions"] for one in json.loads(self.sluice("topics", "--json").stdout)["topics"]}
                self.assertIn(topics["shop.ordered"], (7,) if grown else (4, 7))
                grown = topics["shop.ordered"] == 7
                self.check_whole()
        self.assertEqual(not grown, self.grow()["grown"], f"seed {seed}")
        self.write_homes(7)
        self.check_life_goes_on()


if __name__ == "__main__":
    unittest.main(verbosity=2)
