#!/usr/bin/env python3
"""The read model of the chaos differs from its oracle by whatever is done to it."""

import http.client
import random
import unittest

from faults import BROKER_FAULTS, DAEMON_FAULTS, BrokerFaults, DaemonFaults, Deck
from read_model import ReadModel, Receiver

KINDS = {"a": ["order.placed", "order.cancelled", "order.placed"], "b": ["order.placed"], "c": []}


def taken(kinds):
    return [(subject, number, kind, number) for subject, of in kinds.items() for number, kind in enumerate(of, 1)]


class Model(unittest.TestCase):
    def differences(self, pushes):
        model = ReadModel()
        for push in pushes:
            model.take(*push)
        return model.differences(KINDS)

    def test_what_was_published_and_pushed_in_order_is_equal(self):
        self.assertEqual([], self.differences(taken(KINDS)))

    def test_what_comes_again_is_passed_over(self):
        pushes = taken(KINDS)
        model = ReadModel()
        for push in pushes + pushes[:2]:
            model.take(*push)
        self.assertEqual(([], 2), (model.differences(KINDS), model.repeated))

    def test_each_violation_is_found(self):
        good = taken(KINDS)
        for at, (subject, position, kind, number) in enumerate(good):
            others = good[:at] + good[at + 1:]
            self.assertTrue(self.differences(others), f"lost {good[at]}")
            other = "order.placed" if kind == "order.cancelled" else "order.cancelled"
            self.assertTrue(self.differences(good[:at] + [(subject, position, other, number)] + good[at + 1:]), "another kind")
            self.assertTrue(self.differences(good[:at] + [(subject, position, kind, number + 1)] + good[at + 1:]), "another number")
        self.assertTrue(self.differences(good + [("a", 4, "order.placed", 3)]), "the same at another position")
        self.assertTrue(self.differences(good + [("d", 1, "order.placed", 1)]), "never published")

    def test_two_that_change_places_are_found_though_the_sum_is_the_same(self):
        first, second, *rest = taken(KINDS)
        turned = [(first[0], 1, *second[2:]), (first[0], 2, *first[2:]), *rest]
        self.assertEqual(1, len(self.differences(turned)))

    def test_a_hole_is_told_where_it_was(self):
        self.assertIn("a: position 3 was pushed after 1", self.differences([one for one in taken(KINDS) if one[:2] != ("a", 2)]))

    def test_pushes_reach_the_model(self):
        receiver = Receiver(ReadModel())
        self.addCleanup(receiver.close)
        connection = http.client.HTTPConnection("127.0.0.1", receiver.server_address[1], timeout=10)
        self.addCleanup(connection.close)
        for subject, position, kind, number in taken(KINDS):
            connection.request("POST", "/events", body=b"{}", headers={
                "ce-subject": subject, "sluice-position": str(position), "ce-type": kind, "ce-sourcesequence": str(number)})
            answer = connection.getresponse()
            self.assertEqual((204, b""), (answer.status, answer.read()))
        self.assertEqual([], receiver.model.differences(KINDS))
        self.assertEqual(3, receiver.model.count("a"))


class Faults(unittest.TestCase):
    def test_every_fault_comes_before_one_comes_again(self):
        for cards in (DAEMON_FAULTS, BROKER_FAULTS):
            deck = Deck(cards, random.Random(3))
            for _ in range(4):
                self.assertEqual(sorted(cards), sorted(deck.draw() for _ in cards))

    def test_the_same_seed_draws_the_same(self):
        draws = [[deck.draw() for _ in range(30)] for deck in (Deck(BROKER_FAULTS, random.Random(8)) for _ in range(2))]
        self.assertEqual(*draws)

    def test_each_fault_of_the_decks_is_there(self):
        for of, cards in ((DaemonFaults, DAEMON_FAULTS), (BrokerFaults, BROKER_FAULTS)):
            for card in cards:
                self.assertTrue(callable(getattr(of, card)))


if __name__ == "__main__":
    unittest.main()
