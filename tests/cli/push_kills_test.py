#!/usr/bin/env python3
"""Daemon and receiver are killed while events are pushed: each subject comes in order, nothing is lost.

SLUICE_KILLS says how often (default 6), SLUICE_SEED which moments.
"""

import os
import random
import time
import unittest

from harness import event, wait_until
from push_harness import PushCase

SUBJECTS = 40
EVENTS = 30


class PushKills(PushCase):
    def test_order_holds_and_nothing_is_lost(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        moments = random.Random(seed)
        self.configure(sink=", connections: 16", more="    retry: {first: 20ms, attempts: 100}\n")
        self.publish(*(event(f"s{s}", n) for n in range(1, EVENTS + 1) for s in range(SUBJECTS)))
        self.receive()
        daemon = self.daemon()
        for _ in range(int(os.environ.get("SLUICE_KILLS", "6"))):
            time.sleep(moments.uniform(0, 0.5))
            if moments.random() < 0.5:
                daemon.kill()
                daemon = self.daemon()
            else:
                self.receiver.kill()
                self.receiver.wait()
                time.sleep(moments.uniform(0, 0.3))
                self.receive()
        whole = SUBJECTS * EVENTS
        wait_until(lambda: sum(len(set(one)) for one in self.taken().values()) == whole, "all have come", 90)
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.check(self.taken())

    def check(self, taken):
        self.assertEqual(SUBJECTS, len(taken))
        repeated = 0
        for subject, positions in taken.items():
            highest = 0
            for position in positions:
                self.assertLessEqual(position, highest + 1, f"{subject}: {positions}")
                repeated += position <= highest
                highest = max(highest, position)
            self.assertEqual(EVENTS, highest, subject)
        print(f"{repeated} of {sum(map(len, taken.values()))} were repetitions", flush=True)


if __name__ == "__main__":
    unittest.main()
