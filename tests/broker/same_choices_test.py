#!/usr/bin/env python3
"""What stands before the ordered topic, on a real broker: the very tests that the embedded log passes, and of what only a
foreign producer writes."""

import json
import subprocess
import unittest

import verbs_choices_test
import verbs_sources_test
from harness import event
from on_kafka import OnKafka
from verbs_harness import VerbsCase


class Gaps(OnKafka, verbs_choices_test.Gaps):
    pass


class Invalid(OnKafka, verbs_choices_test.Invalid):
    pass


class Floods(OnKafka, verbs_choices_test.Floods):
    pass


class Conflicts(OnKafka, verbs_choices_test.Conflicts):
    pass


class FloodedSource(OnKafka, verbs_sources_test.FloodedSource):
    pass


class GivenUp(OnKafka, verbs_choices_test.GivenUp):
    pass


class Unreadable(OnKafka, VerbsCase):
    """Records that have no place: without a number that can be read, or without a subject."""

    def send(self, key, **attributes):
        """By kcat, keyed as its events are."""
        headers = [part for name, value in attributes.items() for part in ("-H", f"ce_{name}={value}")]
        subprocess.run(["kcat", "-q", "-P", "-b", self.broker(), "-t", "order.placed", "-K", "|", *headers],
                       input=f'{key}|{{"amount":2}}'.encode(), check=True)

    def lying(self, subject):
        """Where it lies, in the aside topic of its home."""
        all_aside = json.loads(self.sluice("stuck", "--json", "--cause", "aside").stdout)["stuck"]
        return [one["offset"] for one in all_aside if one["subject"] == subject]

    def test_it_is_repaired_into_its_place(self):
        self.begin(event("a", 1), event("a", 3), event("b", 2))
        self.send("a", specversion="1.0", id="a-2", source="/orders", type="order.placed", subject="a", sourcesequence="two")
        self.send("", specversion="1.0", id="lost", source="/orders", type="order.placed", sourcesequence="1")
        self.stands(("a", "gap"), ("b", "gap"), ("a", "unreadable"), ("", "unreadable"))
        self.too_late("take-back", "a", why="cannot be read as it is")
        for subject, number, known_as in (("a", 2, "a"), ("b", 1, "")):
            copy = f"{subject}.json"
            self.write(copy, json.dumps(event(subject, number)))
            [offset] = self.lying(known_as)
            about = ("repair", subject, "--offset", str(offset), "--copy", copy)
            self.assertIn("comes back from aside", self.chosen(*about))
            self.too_late(*about, why=f"sluice: {subject}: ")  # whatever else lies at that offset
        self.goes("a", "a-1", "a-2", "a-3")
        self.goes("b", "b-1", "b-2")
        self.stands()
        self.kept()


if __name__ == "__main__":
    unittest.main(verbosity=2)
