#!/usr/bin/env python3
"""sluice domain grow: more homes for a domain, by the binary, between two daemons; and killed on the way."""

import json
import os
import subprocess
import unittest

from harness import BINARY, CONTRACT, Case, event, wait_until

GROW = ["domain", "grow", "shop", "--homes", "7", "--reason", "more of everything", "--by", "alice"]
SUBJECTS = [f"o-{n}" for n in range(30)]
# Behind which act the process is killed, and whether the domain has its new homes then.
POINTS = [("grow.cleared", False), ("grow.drain_step", False), ("grow.drained", False), ("grow.record_copied:40", False),
          ("grow.ordered_copied", False), ("grow.topics_copied", False), ("grow.sequencer_moved", False),
          ("grow.before_switch", False), ("grow.after_switch", True)]


class Grow(Case):
    PATIENCE_S = 60
    POINTS = POINTS

    def live(self):
        """Each subject has 1 to 3; every fifth breaks its contract at 2, and 3 waits behind it; every third waits for 4."""
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(*(event(one, n, data={"amount": "one"} if n == 2 and at % 5 == 0 else None)
                       for at, one in enumerate(SUBJECTS) for n in (1, 2, 3)))
        self.publish(*(event(one, 5) for one in SUBJECTS[::3]))
        self.write("shop.yaml", CONTRACT)
        self.settle()

    def write_homes(self, homes):
        self.write("shop.yaml", CONTRACT.replace("homes: 4", f"homes: {homes}"))

    def grow(self, *arguments, code=0):
        return json.loads(self.sluice(*GROW, "--yes", "--json", *arguments, code=code, timeout=self.PATIENCE_S).stdout)

    def stuck(self):
        return json.loads(self.sluice("stuck", "--json").stdout)["stuck"]

    def check_whole(self):
        """Every position is there once, in its place, and the state is what the topic says."""
        self.assertEqual(0, json.loads(self.sluice("verify", "--json").stdout)[0]["wrong"])
        places = {}
        for one in self.read("shop.ordered"):
            places.setdefault(one["subject"], []).append(int(one["subjectposition"]))
        for subject, positions in places.items():
            self.assertEqual(list(range(1, len(positions) + 1)), positions, subject)
        self.assertEqual(set(SUBJECTS), set(places))

    def check_life_goes_on(self):
        """What was missing comes, what was parked is redriven, and the file has each once and in order."""
        daemon = self.daemon()
        self.publish(*(event(one, 4) for one in SUBJECTS[::3]))
        daemon.settle()
        self.assertEqual(set(SUBJECTS[::5]), {one["subject"] for one in self.stuck()})
        for one in SUBJECTS[::5]:
            self.sluice("skip", one, "-S", "audit", "--reason", "lost", "--yes")
        wait_until(lambda: not self.stuck(), "nothing stands any more")
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        handled = {}
        for one in self.audit():
            handled.setdefault(one["subject"], []).append(one["subjectposition"])
        expected = {}
        for at, one in enumerate(SUBJECTS):
            positions = ["1", "2", "3", "4", "5"] if at % 3 == 0 else ["1", "2", "3"]
            expected[one] = [p for p in positions if p != "2"] if at % 5 == 0 else positions
        self.assertEqual(expected, handled)
        self.check_whole()

    def check_preview(self, preview, grown):
        self.assertEqual({**preview, "grown": True}, grown)

    def test_a_domain_grows_and_nobody_notices(self):
        self.live()
        before = sorted(json.dumps({**one, "partition": 0, "offset": 0}, sort_keys=True) for one in self.read("shop.ordered"))
        preview = json.loads(self.sluice(*GROW, "--preview", "--json").stdout)
        grown = self.grow()
        self.check_preview(preview, grown)
        self.assertEqual((4, 7, 90, ["audit"]),
                         (grown["homes_before"], grown["homes"], grown["ordered"], grown["subscriptions"]))
        self.assertEqual(["write `homes: 7` into the contract of shop"], grown["to_do"])
        self.assertIn("put the old number back", self.sluice("serve", "-c", "sluice.yaml", code=2).stderr)
        self.write_homes(7)
        after = sorted(json.dumps({**one, "partition": 0, "offset": 0}, sort_keys=True) for one in self.read("shop.ordered"))
        self.assertEqual(before, after)
        told = [one for one in self.read("shop.audit") if "7 after" in one.get("outcome", "")]
        self.assertEqual(1, len(told))
        why = self.sluice("why", SUBJECTS[0]).stdout
        self.assertIn("/orders 4", why)
        self.check_life_goes_on()
        self.assertIn(SUBJECTS[5], self.sluice("trace", SUBJECTS[5]).stdout, "trails are made again")
        again = self.grow()
        self.assertEqual((False, 7, 7, []), (again["grown"], again["homes_before"], again["homes"], again["to_do"]))

    def test_killed_anywhere_it_has_all_its_homes_and_grows_at_the_next_try(self):
        self.live()
        for point, switched in self.POINTS:
            with self.subTest(point=point):
                killed = subprocess.run([BINARY, *GROW, "--yes"], cwd=self.dir, capture_output=True, text=True,
                                        timeout=self.PATIENCE_S, check=False, env={**os.environ, "SLUICE_KILL_AT": point})
                self.assertEqual(-9, killed.returncode, killed.stderr)
                topics = {one["name"]: one["partitions"] for one in json.loads(self.sluice("topics", "--json").stdout)["topics"]}
                self.assertEqual(7 if switched else 4, topics["shop.ordered"])
                self.check_whole()
                if not switched:
                    self.settle()  # a daemon runs as before
        self.write_homes(7)
        self.assertFalse(self.grow()["grown"], "it has them")
        self.assertFalse([name for name in topics if name.endswith(".growing")])
        self.check_life_goes_on()

    def check_never_ran(self):
        self.assertIn("there is no log in it", self.refused(*GROW, "--yes", code=4))

    def test_what_it_refuses(self):
        self.check_never_ran()
        self.live()
        self.assertIn("--yes agrees", self.refused(*GROW))
        self.assertIn("may have more", self.refused(*[one if one != "7" else "3" for one in GROW], "--yes"))
        self.assertIn("no contract of it; there is shop", self.refused(*[one if one != "shop" else "shops" for one in GROW], "--yes", code=4))
        self.refused("domain", "grow", "shop", "--homes", "7", "--yes")  # without a reason
        daemon = self.daemon()
        self.assertIn("a daemon runs on", self.refused(*GROW, "--yes", code=3))
        self.assertEqual(0, daemon.stop())
        self.check_whole()


if __name__ == "__main__":
    unittest.main()
