#!/usr/bin/env python3
"""A lease while a client has it, by a clock that the tests turn."""

import unittest

from sluice import Event
from sluice.answers import RETURNED, Settled
from sluice.lease_work import LeaseWork
from sluice.wire import Lease

DONE, LATER = Settled("done"), Settled("retry", "busy", 5)


def work(count=3, lease_s=30.0, handle_max_s=60.0):
    events = tuple(Event(f"a-{n}", "/s", "t", "a", extensions={"subjectposition": str(n)}) for n in range(1, count + 1))
    return LeaseWork(Lease("l-1", "a", 1, lease_s, events), now_s=100.0, lease_s=lease_s, handle_max_s=handle_max_s)


class Answers(unittest.TestCase):
    def test_events_come_in_order_and_all_are_said_at_the_end(self):
        one = work(2)
        self.assertEqual("a-1", one.next_event(100).id)
        one.settle(DONE)
        self.assertEqual([], one.due(100.1))
        self.assertEqual("a-2", one.next_event(100.2).id)
        one.settle(DONE)
        self.assertEqual([(1, DONE), (2, DONE)], one.due(100.3))
        self.assertIsNone(one.next_event(100.4))
        self.assertEqual([], one.due(100.5))

    def test_what_is_done_is_said_a_second_later_while_others_follow(self):
        one = work(3)
        one.next_event(100)
        one.settle(DONE)
        self.assertEqual([(1, DONE)], one.due(101))
        one.next_event(101)
        one.settle(DONE)
        self.assertEqual([], one.due(101.5))
        self.assertEqual([(2, DONE)], one.due(102))

    def test_what_is_not_done_ends_the_lease_and_is_said_at_once(self):
        one = work(3)
        one.next_event(100)
        one.settle(LATER)
        self.assertEqual(0, one.left)
        self.assertIsNone(one.next_event(100))
        self.assertEqual([(1, LATER)], one.due(100))

    def test_a_lease_that_is_lost_says_nothing_and_begins_nothing(self):
        one = work(3)
        one.next_event(100)
        one.lost()
        one.settle(DONE)
        self.assertIsNone(one.next_event(100))
        self.assertEqual([], one.due(200))

    def test_no_event_is_begun_when_its_time_is_over_but_what_is_done_is_said(self):
        one = work(3)
        one.next_event(100)
        one.settle(DONE)
        self.assertIsNone(one.next_event(130))
        self.assertEqual([(1, DONE)], one.due(130))

    def test_what_is_not_begun_is_given_back_at_once(self):
        one = work(3)
        one.next_event(100)
        one.give_back()
        self.assertEqual(3, one.left, "the one under way is not taken from its handler")
        one.settle(DONE)
        one.give_back()
        self.assertIsNone(one.next_event(100))
        self.assertEqual([(1, DONE), (2, RETURNED)], one.due(100))
        one.give_back()
        self.assertEqual([], one.due(100))


class Extensions(unittest.TestCase):
    def test_asked_for_when_a_third_has_passed_and_a_third_later_again(self):
        one = work()
        self.assertFalse(one.extension_due(109.9))
        self.assertTrue(one.extension_due(110))
        self.assertFalse(one.extension_due(115))
        self.assertTrue(one.extension_due(120))

    def test_what_is_given_counts_from_when_it_was_asked(self):
        one = work()
        one.extended(110, 30)
        self.assertIsNotNone(one.next_event(139.9))
        self.assertIsNone(one.next_event(140))

    def test_also_while_events_wait_for_a_worker_and_not_for_one_that_takes_too_long(self):
        one = work(lease_s=30, handle_max_s=60)
        self.assertTrue(one.extension_due(110))
        one.extended(110, 30)
        one.next_event(120)
        self.assertTrue(one.extension_due(179))
        self.assertFalse(one.extension_due(190))

    def test_also_while_answers_are_on_their_way_and_not_when_it_is_lost(self):
        one = work(1)
        one.next_event(100)
        one.settle(DONE)
        one.due(100)
        self.assertTrue(one.extension_due(110))
        one.lost()
        self.assertFalse(one.extension_due(120))


if __name__ == "__main__":
    unittest.main()
