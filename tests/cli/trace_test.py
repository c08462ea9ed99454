#!/usr/bin/env python3
"""`sluice trace`: the story of a subject, with a daemon and without, after kills, and where none is kept."""

import json
import unittest

from harness import CONFIG, CONTRACT, Case, event, wait_until

WHY = ("--reason", "the row was lost")


class Trace(Case):
    def trace(self, subject, *more):
        return json.loads(self.sluice("trace", subject, "--json", *more).stdout)

    def whole(self, subject, entries):
        """The trace, once it has that many entries: trails are a moment behind."""
        def look():
            ran = self.run_command("trace", subject, "--json")
            if ran.returncode:
                return None
            story = json.loads(ran.stdout)
            return story if len(story["entries"]) == entries and not story["not_yet"] else None
        return wait_until(look, f"{entries} entries")

    def test_what_waited_was_given_up_and_came_late(self):
        daemon = self.daemon()
        self.publish(event("a", 2))
        wait_until(lambda: "a" in self.sluice("stuck").stdout, "a waits")
        self.assertEqual(["published", "waiting"], [one["what"] for one in self.whole("a", 2)["entries"]])
        self.sluice("skip", "a", *WHY, "--by", "alice", "--id", "c-1", "--yes")
        self.publish(event("a", 1), event("b", 1))
        story = self.whole("a", 6)
        told = [(one["what"], one.get("by")) for one in story["entries"]]
        self.assertCountEqual(
            [("published", None), ("skip", "alice"), ("gap", None), ("released", None),
             ("published", None), ("aside", None)], told)
        self.assertEqual(sorted(one["at"] for one in story["entries"]), [one["at"] for one in story["entries"]])
        skip = next(one for one in story["entries"] if one["what"] == "skip")
        self.assertIn("c-1 (the row was lost)", skip["text"])
        aside = next(one for one in story["entries"] if one["what"] == "aside")
        self.assertGreaterEqual(aside["at"], skip["at"], "it was put there after the choice that lies before it")
        self.sluice("take-back", "a", *WHY, "--by", "bob", "--yes")
        story = self.whole("a", 8)
        self.assertEqual(2, len([one for one in story["entries"] if one["what"] == "published"]))
        self.assertEqual(0, daemon.stop())
        self.assertEqual(story["entries"], self.trace("a")["entries"], "without a daemon it is the same story")
        table = self.sluice("trace", "a").stdout
        self.assertIn("alice", table)
        self.assertIn("audit in shop: handled up to position 3; flows", table)

    def test_a_backlog_and_who_redrove_it(self):
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(event("a", 1, data={"amount": "one"}), event("a", 2))
        self.write("shop.yaml", CONTRACT)
        daemon = self.daemon()
        wait_until(lambda: "parked" in self.sluice("stuck").stdout, "a is parked")
        self.sluice("skip", "a", "-S", "audit", *WHY, "--by", "bob", "--yes")
        daemon.kill()
        self.daemon()
        story = self.whole("a", 5)
        skip = next(one for one in story["entries"] if one["what"] == "skip")
        self.assertEqual(("bob", "audit"), (skip["by"], skip["subscription"]))
        positions = [one["position"] for one in story["entries"] if one["what"] == "released"]
        self.assertEqual([1, 2], positions)
        self.assertEqual([2], [one["handled"] for one in story["standings"]])

    def test_only_the_last_are_shown_and_it_says_so(self):
        self.publish(*(event("a", number) for number in range(1, 6)))
        self.daemon()
        self.whole("a", 10)
        story = self.trace("a", "--limit", "2")
        self.assertEqual(4, len(story["entries"]))
        self.assertTrue(story["more"])
        self.assertIn("older records are left out", self.sluice("trace", "a", "--limit", "2").stdout)
        self.refused("trace", "a", "--limit", "0")

    def test_of_whom_nothing_is_known(self):
        self.publish(event("a", 1))
        self.daemon()
        self.whole("a", 2)
        ran = self.run_command("trace", "zzz")
        self.assertNotEqual(0, ran.returncode)
        self.assertIn("no trail knows the subject 'zzz'", ran.stderr)

    def test_where_none_are_kept(self):
        self.write("sluice.yaml", CONFIG + "\ntrails: false\n")
        self.publish(event("a", 1))
        self.settle()
        ran = self.run_command("trace", "a")
        self.assertNotEqual(0, ran.returncode)
        self.assertIn("not in them yet", ran.stderr)


if __name__ == "__main__":
    unittest.main()
