#!/usr/bin/env python3
"""What stands behind the ordered topic, of a subscription that pushes: tried, redriven, paused, left alone. On the embedded
log here, on Kafka by tests/broker/same_backlogs_test.py."""

import json
import unittest

from given_test import STOCK, moved
from harness import CONFIG, Case, event, wait_until
from push_harness import PushCase
from verbs_harness import WHY, VerbsCase

RETRY = "    retry: {attempts: 1000, first: 50ms, max: 500ms}\n    breaker: {subjects: 3, first: 100ms}\n"


class Pushed(VerbsCase, PushCase):
    def setUp(self):
        super().setUp()
        self.configure(sink=", dry_run: true", more=RETRY)
        self.receive()

    def posted(self, dry_run):
        """By subject: positions that the receiver took, in trial runs or for good."""
        subjects = {}
        for one in self.received():
            headers = one["headers"]
            if one["status"] < 300 and dry_run == (headers.get("sluice-dry-run") == "true"):
                subjects.setdefault(headers["ce-subject"], []).append(int(headers["sluice-position"]))
        return subjects

    def arrives(self, **expected):
        wait_until(lambda: sum(map(len, self.posted(False).values())) >= sum(map(len, expected.values())), "all arrives")
        self.assertEqual(expected, self.posted(False))

    def outcome(self, name):
        """What the audit says of a command, by its place among those asked for."""
        return [one["outcome"] for one in self.read("shop.audit") if one.get("id") == self.asked[name]]

    def test_a_parked_subject_is_tried_before_it_is_redriven(self):
        self.answer(ids={"a-2": {"status": 422, "headers": {"Content-Type": "application/problem+json"},
                                 "body": json.dumps({"detail": "no such customer"})}})
        self.begin(*(event("a", n) for n in (1, 2, 3)), event("b", 1))
        self.stands(("a", "parked"))
        self.arrives(a=[1], b=[1])

        shown = self.chosen("try", "a", "-S", "audit")
        self.assertIn("is tried from position 2", shown)
        self.assertEqual(1, len(self.outcome(0)))
        self.assertIn("0 of 2 events would be handled; position 2 would fail: the receiver answered 422: no such customer",
                      self.outcome(0)[0])
        self.answer()
        self.chosen("try", "a", "-S", "audit")
        self.assertIn("2 of 2 events would be handled; nothing of it was kept", self.outcome(1)[0])
        self.assertEqual({"a": [2, 3]}, self.posted(True))
        self.assertEqual(([("a", "parked")], {"a": [1], "b": [1]}), (self.stuck(), self.posted(False)), "nothing has moved")

        self.chosen("redrive", "a", "-S", "audit")
        self.arrives(a=[1, 2, 3], b=[1])
        self.stands()
        for verb in ("try", "redrive", "skip"):
            self.too_late(verb, "a", "-S", "audit", why="it has no backlog in audit (any more)")
        self.kept()

    def test_what_goes_on_by_itself_and_what_is_paused_meanwhile(self):
        self.answer(ids={"a-1": {"status": 500}})
        self.begin(event("a", 1), event("a", 2), event("b", 1))
        self.stands(("a", "retrying"))
        self.arrives(b=[1])
        self.too_late("resume", "a", "-S", "audit", why="it is not paused (any more)")
        self.chosen("pause", "a", "-S", "audit")
        self.too_late("pause", "a", "-S", "audit", why="alice has paused it already: the row was lost")
        self.stands(("a", "paused"))
        self.answer()
        self.publish(event("a", 3), event("b", 2))
        self.arrives(b=[1, 2])
        self.chosen("resume", "a", "-S", "audit")
        self.arrives(a=[1, 2, 3], b=[1, 2])
        self.stands()

        self.answer({"status": 500})
        self.publish(*(event(f"all-{n}", 1) for n in range(6)))
        wait_until(lambda: ("", "breaker") in self.stuck(), "it fails for all")
        self.answer()
        self.arrives(a=[1, 2, 3], b=[1, 2], **{f"all-{n}": [1] for n in range(6)})
        self.stands()
        self.kept()


class Holes(Case):
    """Somebody else orders the topic, and leaves a position out: only that subject stands."""

    def test_a_hole_parks_its_subject_until_a_person_takes_it_as_it_is(self):
        self.write("sluice.yaml", CONFIG.replace("shop.yaml", "stock.yaml").replace("domain: shop", "domain: stock"))
        self.write("stock.yaml", STOCK)
        self.publish(*(moved(subject, n, subjectposition=str(n)) for subject in "abc" for n in (1, 3, 4)),
                     *(moved("whole", n, subjectposition=str(n)) for n in (1, 2)))
        self.write("stock.yaml", STOCK.replace("positions: offset", "positions: contiguous"))
        self.daemon()
        wait_until(lambda: self.causes() == [(one, "hole") for one in "abc"], "three stand")
        wait_until(lambda: self.positions("whole") == ["1", "2"], "the others go")
        self.assertIn("hole: position 3 came; 2 was expected", self.sluice("why", "a").stdout)

        self.sluice("skip", "a", "-S", "audit", *WHY, "--yes")
        wait_until(lambda: self.positions("a") == ["1", "4"], "the head is never handled")
        redrive = ("redrive", "-S", "audit", "--cause", "hole", *WHY, "--id", "r", "--yes", "--json")
        self.assertEqual(2, json.loads(self.sluice(*redrive).stdout)["done"])
        for one in "bc":
            wait_until(lambda one=one: self.positions(one) == ["1", "3", "4"], "it is taken as it is")
        self.assertEqual((2, True), tuple(json.loads(self.sluice(*redrive).stdout)[name] for name in ("done", "repeated")))
        self.assertEqual([], self.causes())

    def causes(self):
        return sorted((one["subject"], one["cause"]) for one in json.loads(self.sluice("stuck", "--json").stdout)["stuck"])

    def positions(self, subject):
        return [one["subjectposition"] for one in self.audit() if one["subject"] == subject]


if __name__ == "__main__":
    unittest.main()
