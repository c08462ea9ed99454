#!/usr/bin/env python3
"""What stands before the ordered topic, and each verb about it: on the embedded log here, on Kafka by
tests/broker/same_choices_test.py. Which test is about which state: docs/contributing/verbs.md."""

import json
import unittest

from harness import event, wait_until
from verbs_harness import STRICT, VerbsCase, billed


class Gaps(VerbsCase):
    """Something is missing, or two wait for one another."""

    def test_each_way_on_from_what_is_missing(self):
        self.begin(
            event("go", 1, dependson="/billing 1"), event("go", 2),
            event("early", 3),
            event("drop", 2), event("drop", 3),
            event("begin", 5), event("begin", 6),
            event("ring", 1, dependson="/billing 1"), billed("ring", 1, dependson="/orders 1"),
            event("knot", 1, dependson="/billing 1"), billed("knot", 1, dependson="/orders 1"))
        self.stands(("go", "gap"), ("early", "gap"), ("drop", "gap"), ("begin", "gap"), ("ring", "cycle"), ("knot", "cycle"))

        shown = self.chosen("release", "go", "--event", "go-1")
        self.assertIn("order.placed go-1 (/orders 1) goes without what it waits for", shown)
        self.goes("go", "gap /billing 1", "go-1", "go-2")
        self.too_late("release", "go", "--event", "go-1", why="nothing waits in domain shop (any more)")
        self.publish(billed("go", 1))
        self.goes("go", "gap /billing 1", "go-1", "go-2", "go-b1")

        self.too_late("release", "early", why="/orders 3 is not next: /orders 1 comes first")
        self.chosen("skip", "early")
        self.goes("early", "gap /orders 1 to 2", "early-3")

        shown = self.chosen("drop", "drop", "--event", "drop-3")
        self.assertIn("goes aside as if it had not come", shown)
        self.assertEqual([("drop-3", "dropped")], self.aside("drop"))
        self.too_late("drop", "drop", "--event", "drop-3", why="no event with id 'drop-3' waits (any more)")
        self.publish(event("drop", 1))
        self.goes("drop", "drop-1", "drop-2")
        self.too_late("take-back", "drop", why="nothing lies aside")  # it was chosen so
        self.publish(event("drop", 3))
        self.goes("drop", "drop-1", "drop-2", "drop-3")

        self.chosen("adopt", "begin")
        self.goes("begin", "gap /orders 1 to 4", "begin-5", "begin-6")
        self.too_late("adopt", "begin", why="nothing waits in domain shop (any more)")

        self.chosen("release", "ring", "--event", "ring-1")
        self.goes("ring", "gap /billing 1", "ring-1", "ring-b1")
        shown = self.chosen("drop", "knot", "--event", "knot-1")
        self.assertIn("its number is given up", shown)
        self.goes("knot", "gap /orders 1", "knot-b1")
        self.stands()
        self.kept()


class Invalid(VerbsCase):
    """An event breaks its contract, and its subject waits until somebody chooses."""

    def test_it_goes_or_is_mended_or_goes_aside(self):
        subjects = ("go", "mend", "drop")
        self.begin(*(event(one, 1, data={"amount": "one"}) for one in subjects), *(event(one, 2) for one in subjects))
        self.stands(*((one, "invalid") for one in subjects))
        self.assertEqual([], self.audit())
        self.assertIn("nothing moves until a person chooses", self.sluice("why", "mend").stdout)

        self.assertIn("goes though it is invalid", self.chosen("release", "go"))
        wait_until(lambda: ("go", "parked") in self.stuck(), "no handler gets it")
        invalid = [one.get("subjectinvalid", "") != "" for one in self.read("shop.ordered", "--subject", "go")]
        self.assertEqual([True, False], invalid)
        self.chosen("skip", "go", "-S", "audit")
        wait_until(lambda: self.handled("go"), "what is behind it goes")
        self.assertEqual((["go-1", "go-2"], ["go-2"]), (self.ordered("go"), self.handled("go")))

        self.write("copy.json", self.sluice("show", "mend").stdout.splitlines()[0])
        self.too_late("repair", "mend", "--copy", "copy.json", why="copy: breaks its contract", code=1)
        self.write("copy.json", json.dumps(event("mend", 1, data={"amount": 17})))
        self.chosen("repair", "mend", "--copy", "copy.json")
        self.goes("mend", "mend-1", "mend-2")
        self.assertEqual([17, 2], [one["data"]["amount"] for one in self.audit() if one["subject"] == "mend"])
        self.assertEqual([("mend-1", "repaired")], self.aside("mend"))
        self.too_late("repair", "mend", "--copy", "copy.json", why="nothing waits in domain shop (any more)")

        self.assertIn("its number is given up", self.chosen("drop", "drop", "--event", "drop-1"))
        self.goes("drop", "gap /orders 1", "drop-2")
        self.kept()


class Floods(VerbsCase):
    """More waits than may: what comes then goes aside."""

    def test_what_went_aside_comes_back_or_is_not_looked_for(self):
        subjects = ("back", "none", "again")
        self.begin(*(event(one, n) for one in subjects for n in range(2, 7)))
        aside = [(one, "flooded") for one in subjects for _ in (5, 6)]
        self.stands(*((one, "flooded") for one in subjects), *aside)
        self.assertIn("too much waits; the rest went aside", self.sluice("why", "none").stdout)
        self.too_late("take-back", "back", why="there is no room for /orders id back-5: 3 wait")
        self.publish(*(event(one, 1) for one in subjects))
        for one in subjects:
            self.goes(one, *(f"{one}-{n}" for n in range(1, 5)))

        self.chosen("take-back", "back", count=2)
        self.goes("back", *(f"back-{n}" for n in range(1, 7)))
        self.too_late("take-back", "back", why="nothing lies aside")

        self.chosen("unflood", "none")
        self.too_late("unflood", "none", why="nothing waits in domain shop (any more)")
        self.assertEqual([("none", "flooded")] * 2, self.stuck("--subject", "none"), "they stay aside")
        self.publish(event("none", 5))
        self.goes("none", *(f"none-{n}" for n in range(1, 6)))
        self.chosen("take-back", "none", count=1)  # not what has come again
        self.goes("none", *(f"none-{n}" for n in range(1, 7)))

        self.publish(event("again", 5), event("again", 6))
        self.goes("again", *(f"again-{n}" for n in range(1, 7)))
        self.assertNotIn(("again", "flooded"), self.stuck("--cause", "flooded"))
        self.too_late("take-back", "again", why="/orders id again-5 is here")
        self.kept()


class Conflicts(VerbsCase):
    """One number came with two contents."""

    def test_either_may_stay(self):
        subjects = ("first", "newcomer", "waiting", "many-a", "many-b")
        other = {"data": {"amount": 99}}
        self.begin(
            *(event(one, 1) for one in subjects if one != "waiting"),
            *(event(one, 1, **other) for one in subjects if one != "waiting"),
            *(event(one, 2) for one in subjects), event("waiting", 2, **other))
        self.stands(*((one, "conflict") for one in subjects))
        for one in ("first", "newcomer"):
            self.goes(one, f"{one}-1")

        self.assertIn("goes aside, the first stays", self.chosen("settle", "first", "--winner", "first"))
        self.goes("first", "first-1", "first-2")
        self.too_late("settle", "first", "--winner", "newcomer", why="nothing waits in domain shop (any more)")

        self.chosen("settle", "newcomer", "--winner", "newcomer")
        self.goes("newcomer", "newcomer-1", "newcomer-1 late", "newcomer-2")
        self.assertEqual([1, 99, 2], self.amounts("newcomer"))

        self.chosen("settle", "waiting", "--winner", "newcomer")
        self.assertEqual([("waiting", "gap")], self.stuck("--subject", "waiting"))
        self.assertEqual([("waiting-2", "dropped")], self.aside("waiting"))
        self.publish(event("waiting", 1))
        self.goes("waiting", "waiting-1", "waiting-2")
        self.assertEqual([1, 99], self.amounts("waiting"))

        self.chosen("settle", "--cause", "conflict", "--winner", "first", count=2)
        for one in ("many-a", "many-b"):
            self.goes(one, f"{one}-1", f"{one}-2")
        self.kept()

    def amounts(self, subject):
        return [one["data"]["amount"] for one in self.audit() if one["subject"] == subject]


class GivenUp(VerbsCase):
    """The domain's policy stops a subject whose gap is proven; others are closed when something comes."""

    contract = STRICT.replace("  homes: 4\n", "  homes: 4\n  gap: {policy: park, wait: 50ms}\n")

    def test_what_is_parked_goes_and_what_is_late_comes_last(self):
        over = {"kind": "order.cancelled", "data": {}}
        self.begin(
            event("comes", 2), event("skip", 2), event("all-a", 4), event("all-b", 5), event("over", 1, **over))
        parked = [(one, "parked-gap") for one in ("comes", "skip", "all-a", "all-b")]
        self.goes("over", "over-1")
        self.publish(event("over", 2, without="sourcesequence", id="thanks"))
        self.stands(*parked, ("over", "late-closed"))

        self.publish(event("comes", 1))
        self.goes("comes", "comes-1", "comes-2")
        self.chosen("skip", "skip")
        self.goes("skip", "gap /orders 1", "skip-2")
        self.chosen("adopt", "--cause", "parked-gap", count=2)
        self.goes("all-a", "gap /orders 1 to 3", "all-a-4")
        self.goes("all-b", "gap /orders 1 to 4", "all-b-5")

        self.publish(event("skip", 1), event("all-a", 3))
        self.stands(("skip", "late-number"), ("all-a", "late-number"), ("over", "late-closed"))
        self.chosen("take-back", "--cause", "late-number", count=2)
        self.goes("skip", "gap /orders 1", "skip-2", "skip-1 late")
        self.goes("all-a", "gap /orders 1 to 3", "all-a-4", "all-a-3 late")
        self.chosen("take-back", "over")
        self.goes("over", "over-1", "thanks late")
        self.stands()
        self.kept()


if __name__ == "__main__":
    unittest.main()
