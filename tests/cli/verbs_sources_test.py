#!/usr/bin/env python3
"""More waits of one source than may, over all its subjects: what comes of it and cannot go at once goes aside, as
`flooded-source`. On the embedded log here, on Kafka by tests/broker/same_choices_test.py."""

import json
import unittest

from harness import event, wait_until
from verbs_harness import STRICT, VerbsCase, billed

# One home, so that one sequencing thread has all of the bound.
NARROW = STRICT.replace("homes: 4", "homes: 1").replace("waiting: {events: 3}", "waiting: {events: 3, source: {events: 4}}")


class FloodedSource(VerbsCase):
    contract = NARROW

    def rows(self, subject):
        """All that `stuck` says of it, by cause."""
        page = json.loads(self.sluice("stuck", "--json", "--subject", subject).stdout)
        return {one["cause"]: one for one in page["stuck"]}

    def test_its_subjects_go_on_with_what_can_go_and_the_rest_comes_back(self):
        self.begin(*(event(one, n) for one in "ab" for n in (2, 3)))
        full = [("a", "gap"), ("b", "gap")]
        self.stands(*full)
        self.publish(*(event(one, n) for one in "cfg" for n in (1, 3)), event("d", 2), billed("e", 2))
        aside = [(one, "flooded-source") for one in "cdfg"]
        self.stands(*full, *aside, *((one, "flooded") for one in "cfg"), ("e", "gap"))
        for one in "cfg":
            self.goes(one, f"{one}-1")
        self.told()

        self.assertIn("comes back from aside", self.chosen("take-back", "c"))  # what a person brings back may wait all the same
        self.assertEqual((["flooded"], 1), (list(self.rows("c")), self.rows("c")["flooded"]["behind"]))
        self.publish(event("c", 2))
        self.goes("c", "c-1", "c-2", "c-3")
        self.too_late("take-back", "c", why="nothing lies aside")

        self.assertIn("is not looked for", self.chosen("unflood", "g"))
        self.assertEqual([("g", "flooded-source")], self.stuck("--subject", "g"), "it stays aside")
        self.too_late("unflood", "g", why="nothing waits in domain shop (any more)")

        self.chosen("take-back", "--cause", "flooded-source", count=3)
        self.stands(*full, ("d", "gap"), ("e", "gap"), ("f", "flooded"), ("g", "gap"))
        self.publish(event("a", 1), event("b", 1), event("d", 1), billed("e", 1), event("f", 2), event("g", 2))
        for one in "abfg":
            self.goes(one, f"{one}-1", f"{one}-2", f"{one}-3")
        self.goes("d", "d-1", "d-2")
        self.goes("e", "e-b1", "e-b2")
        self.stands()
        self.kept()

    def told(self):
        """Cause, since when, how much is behind it, what happens next."""
        rows = self.rows("f")
        self.assertEqual((0, "too much waits; the rest went aside", "what went aside has to come again, or a person releases it"),
                         tuple(rows["flooded"][name] for name in ("behind", "reason", "next")))
        self.assertRegex(rows["aside"]["reason"], r"^flooded-source: .*\(from order\.placed/\d at \d+\)$")
        self.assertEqual("it stays aside until a person takes it back", rows["aside"]["next"])
        for cause in ("flooded", "aside"):
            self.assertRegex(rows[cause]["since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z$")
        self.assertEqual(["aside"], list(self.rows("d")), "of a subject of which nothing is known no mark is kept")
        self.assertIn("too much waits; the rest went aside", self.sluice("why", "f").stdout)
        self.assertIn("sluice_flooded_source_total{domain=\"shop\"} 4\n", self.daemon_.management("/metrics")[2])

    def test_what_is_published_again_when_there_is_room_takes_its_place(self):
        self.begin(*(event(one, n) for one in "ab" for n in (2, 3)))
        self.stands(("a", "gap"), ("b", "gap"))
        self.publish(event("c", 1), event("c", 3))
        self.stands(("a", "gap"), ("b", "gap"), ("c", "flooded"), ("c", "flooded-source"))
        self.publish(event("a", 1))
        self.goes("a", "a-1", "a-2", "a-3")
        self.publish(event("c", 3))
        wait_until(lambda: self.rows("c")["flooded"]["behind"] == 1, "it waits in its place")
        self.too_late("take-back", "c", why="is here")
        self.publish(event("c", 2), event("b", 1))
        self.goes("c", "c-1", "c-2", "c-3")
        self.goes("b", "b-1", "b-2", "b-3")


if __name__ == "__main__":
    unittest.main()
