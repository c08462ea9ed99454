#!/usr/bin/env python3
"""`sluice verify`: the ordered topic folded again, and the state held against it."""

import json
import unittest

from harness import Case, event


class Verify(Case):
    def fill(self):
        self.publish(*(event(f"s{s}", n) for n in (2, 1, 3) for s in range(5)))
        self.settle()

    def verified(self, code=0):
        return json.loads(self.sluice("verify", "--json", code=code).stdout)

    def test_what_a_daemon_left_holds(self):
        self.fill()
        found = self.verified()
        self.assertEqual([{"domain": "shop", "records": 15, "subjects": 5, "stored": 5, "wrong": 0, "findings": []}], found)
        text = self.sluice("verify").stdout
        self.assertEqual("shop: 15 records of 5 subjects folded, 5 stored histories compared, 0 wrong\n", text)

    def test_it_holds_after_every_restart(self):
        for round_number in range(1, 4):
            self.publish(*(event(f"s{s}", round_number) for s in range(4)))
            self.settle()
            found = self.verified()[0]
            self.assertEqual((4 * round_number, 4, 0), (found["records"], found["subjects"], found["wrong"]))

    def test_nothing_is_verified_where_nothing_is(self):
        self.publish(event("s1", 1))
        found = self.verified()[0]
        self.assertEqual((0, 0, 0), (found["records"], found["stored"], found["wrong"]), "nothing is sequenced yet")

    def test_a_running_daemon_is_not_verified(self):
        self.daemon()
        self.assertIn("stop it", self.refused("verify", code=3))

    def test_no_log_is_said_to_be_none(self):
        self.assertIn("no log", self.refused("verify", code=4))


if __name__ == "__main__":
    unittest.main()
