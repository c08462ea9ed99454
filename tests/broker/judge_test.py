#!/usr/bin/env python3
"""The judge of ordered topics finds what it is there to find."""

import unittest

import judge


def record(subject, position, number):
    return {"ce_subject": subject, "ce_subjectposition": str(position), "ce_sourcesequence": str(number)}


GOOD = [record("a", 1, 1), record("b", 1, 1), record("a", 2, 2), record("a", 3, 3)]
PUBLISHED = {("a", 1), ("a", 2), ("a", 3), ("b", 1)}


class Judge(unittest.TestCase):
    def wrong(self, records, published=None):
        return judge.findings(records, PUBLISHED if published is None else published)

    def test_what_is_right_passes(self):
        self.assertEqual([], self.wrong(GOOD))

    def test_subjects_may_lie_in_any_order_among_each_other(self):
        self.assertEqual([], self.wrong(sorted(GOOD, key=lambda one: one["ce_subject"], reverse=True)))

    def test_a_position_given_twice(self):
        self.assertIn("a: positions [1, 2, 2]", self.wrong([record("a", 1, 1), record("a", 2, 2), record("a", 2, 3)]))

    def test_a_hole_in_the_positions(self):
        self.assertIn("a: positions [1, 3]", self.wrong([record("a", 1, 1), record("a", 3, 3)]))

    def test_an_inversion(self):
        found = self.wrong([record("a", 1, 1), record("a", 2, 3), record("a", 3, 2), record("b", 1, 1)])
        self.assertEqual(["a: numbers [1, 3, 2]"], found)

    def test_an_event_that_was_released_twice(self):
        self.assertIn("b: numbers [1, 1]", self.wrong(GOOD + [record("b", 2, 1)]))

    def test_a_loss(self):
        self.assertEqual(["('b', 1): is not in the ordered topic"], self.wrong([one for one in GOOD if one["ce_subject"] == "a"]))

    def test_a_history_that_does_not_begin_at_one(self):
        self.assertIn("a: positions [2, 3]", self.wrong([record("a", 2, 2), record("a", 3, 3)]))

    def test_an_empty_topic_has_lost_everything(self):
        self.assertEqual(len(PUBLISHED), len(self.wrong([])))
        self.assertEqual([], self.wrong([], set()))

    def test_a_number_may_be_left_out_only_if_it_was_not_published(self):
        skipped = [record("a", 1, 1), record("a", 2, 3)]
        self.assertEqual([], self.wrong(skipped, {("a", 1), ("a", 3)}))
        self.assertEqual(1, len(self.wrong(skipped, {("a", 1), ("a", 2), ("a", 3)})))

    def test_findings_come_in_the_order_of_subjects(self):
        found = self.wrong([record("b", 2, 1), record("a", 2, 1)], {("a", 1), ("b", 1)})
        self.assertEqual(["a: positions [2]", "b: positions [2]"], found)

    def test_a_listener_passes_over_what_was_written_again(self):
        again = [record("a", 1, 1), record("a", 2, 2), record("a", 1, 1), record("b", 1, 1), record("a", 2, 2), record("a", 3, 3)]
        self.assertEqual({"a": [1, 2, 3], "b": [1]}, judge.heard(again))
        self.assertEqual({}, judge.heard([]))

    def test_a_listener_misses_what_was_turned_around_or_lost(self):
        self.assertEqual({"a": [2, 3]}, judge.heard([record("a", 2, 2), record("a", 1, 1), record("a", 3, 3)]))
        self.assertEqual({"a": [1, 3]}, judge.heard([record("a", 1, 1), record("a", 3, 3)]))

    def sinks(self, *sinks):
        return judge.sink_findings(sinks, GOOD)

    def test_sinks_hold_all_of_it_together_and_some_of_it_twice(self):
        self.assertEqual([], self.sinks([("a", 1), ("a", 2), ("a", 3), ("b", 1)]))
        self.assertEqual([], self.sinks([("a", 1), ("b", 1)], [("a", 2), ("a", 3)]))
        self.assertEqual([], self.sinks([("a", 1), ("a", 2), ("a", 1), ("a", 2)], [("a", 3), ("b", 1), ("a", 3)]))

    def test_what_no_sink_holds_is_found(self):
        self.assertEqual(["('b', 1): in no sink"], self.sinks([("a", 1)], [("a", 2), ("a", 3)]))

    def test_what_a_sink_should_not_hold_is_found(self):
        self.assertEqual(["('c', 1): in a sink, and not in the ordered topic"],
                         self.sinks([("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1)]))

    def test_a_sink_that_was_turned_around_is_found(self):
        self.assertEqual(["('a', 1): sink 0 had 2 before it"], [line for line in self.sinks(
            [("a", 2), ("a", 3), ("b", 1)], []) if "before" in line])
        self.assertEqual(["('a', 2): sink 1 had 3 before it"], self.sinks(
            [("a", 1), ("b", 1)], [("a", 1), ("a", 3)])[1:])

    def test_every_damage_to_a_good_topic_is_found(self):
        """Any one record left out, doubled, or moved to the end of its subject: none of it passes."""
        for at, one in enumerate(GOOD):
            without = GOOD[:at] + GOOD[at + 1:]
            self.assertNotEqual([], self.wrong(without), f"without {one}")
            self.assertNotEqual([], self.wrong(GOOD + [one]), f"twice {one}")
            behind = [other for other in without if other["ce_subject"] == one["ce_subject"]]
            if behind and int(one["ce_subjectposition"]) < len(behind) + 1:
                self.assertNotEqual([], self.wrong(without + [one]), f"moved {one}")

    def test_every_changed_position_or_number_is_found(self):
        for at, one in enumerate(GOOD):
            for name in ("ce_subjectposition", "ce_sourcesequence"):
                for wrong in (0, 4, 99):
                    damaged = GOOD[:at] + [{**one, name: str(wrong)}] + GOOD[at + 1:]
                    self.assertNotEqual([], self.wrong(damaged), f"{one}: {name} {wrong}")

    def test_a_subject_under_another_name_is_found(self):
        for at, one in enumerate(GOOD):
            damaged = GOOD[:at] + [{**one, "ce_subject": "other"}] + GOOD[at + 1:]
            found = self.wrong(damaged)
            self.assertTrue(any("other" in line for line in found), found)
            self.assertTrue(any("is not in the ordered topic" in line for line in found), found)

    def test_numbers_of_one_subject_say_nothing_about_another(self):
        many = [record(f"s{i}", n, n) for n in range(1, 4) for i in range(20)]
        self.assertEqual([], self.wrong(many, {(f"s{i}", n) for n in range(1, 4) for i in range(20)}))

    def test_what_nobody_published(self):
        self.assertEqual(["('c', 1): was never published"], self.wrong(GOOD + [record("c", 1, 1)]))


if __name__ == "__main__":
    unittest.main()
