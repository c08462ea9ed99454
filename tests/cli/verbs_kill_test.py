#!/usr/bin/env python3
"""The daemon is killed while operators' commands are under way: each is carried out once, whenever that was.

SLUICE_KILLS says how often (default 6), SLUICE_SEED which moments.
"""

import http.client
import json
import os
import random
import threading
import time
import unittest
import urllib.error

from harness import CONTRACT, Case, event, wait_until

SUBJECTS = 12
GONE = (ConnectionError, urllib.error.URLError, http.client.HTTPException, TimeoutError, TypeError)


class Killed(Case):
    PATIENCE_S = 30

    def test_every_command_is_carried_out_once(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        moments = random.Random(seed)
        kills = int(os.environ.get("SLUICE_KILLS", "6"))
        subjects = [f"{kill}-{n}" for kill in range(kills) for n in range(SUBJECTS)]
        self.park(subjects)
        daemon = self.daemon()
        wait_until(lambda: len(self.stuck()) == len(subjects), "all are parked")
        for kill in range(kills):
            mine = [one for one in subjects if one.startswith(f"{kill}-")]
            told = threading.Thread(target=self.skip_all, args=(daemon, mine))
            told.start()
            time.sleep(moments.uniform(0, 0.6))
            daemon.kill()
            told.join()
            daemon = self.daemon()
            self.skip_all(daemon, mine)  # whoever got no answer asks again, under the same id
        wait_until(lambda: not self.stuck(), "nothing stands any more", self.PATIENCE_S)
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.check(subjects)

    def park(self, subjects):
        """Position 1 breaks its contract; 2 and 3 wait behind it."""
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(*(event(one, n, data={"amount": "one"} if n == 1 else None)
                       for one in subjects for n in (1, 2, 3)))
        self.write("shop.yaml", CONTRACT)

    def stuck(self):
        return json.loads(self.sluice("stuck", "--json").stdout)["stuck"]

    @staticmethod
    def skip_all(daemon, subjects):
        for one in subjects:
            command = json.dumps({"verb": "skip", "subscription": "audit", "subject": one, "reason": "lost",
                                  "by": "alice", "id": f"c-{one}"})
            try:
                wait_until(lambda: daemon.api("/v1/commands", command)[0] == 200, f"{one} is skipped")
            except GONE:  # it was killed meanwhile
                return

    def check(self, subjects):
        handled = {}
        for one in self.audit():  # a file takes a line again whose step was not written
            seen = handled.setdefault(one["subject"], [])
            if one["subjectposition"] not in seen:
                seen.append(one["subjectposition"])
        self.assertEqual({one: ["2", "3"] for one in subjects}, handled)
        done = [one["id"] for one in self.read("shop.audit") if one["outcome"].startswith("done: ")]
        self.assertEqual(sorted(f"c-{one}" for one in subjects), sorted(done), "each once, and the audit has it")


if __name__ == "__main__":
    unittest.main()
