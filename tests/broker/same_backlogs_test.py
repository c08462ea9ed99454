#!/usr/bin/env python3
"""Backlogs of subscriptions, on a real broker: the very tests that the embedded log passes."""

import unittest

import push_test
import subscriptions_test
import verbs_backlogs_test
import verbs_import_test
from on_kafka import OnKafka
from push_harness import PushCase
from subscription_harness import SubscriptionCase


class Pushed(OnKafka, verbs_backlogs_test.Pushed):
    pass


class Holes(OnKafka, verbs_backlogs_test.Holes):
    pass


class Import(OnKafka, verbs_import_test.Import):
    pass


class Gone(OnKafka, PushCase):
    stuck = push_test.Push.stuck
    test_it_gets_nothing_more = push_test.Push.test_who_is_gone_gets_nothing_more_until_it_is_resumed


class Definition(OnKafka, SubscriptionCase):
    def is_behind(self, events, told):
        """The end of a transaction takes an offset as well, and none has less than one event."""
        self.assertTrue(events <= told <= 2 * events, f"{events} events; {told}")

    publish_to = subscriptions_test.SubscriptionsTest.publish_to
    test_it_stands = subscriptions_test.SubscriptionsTest.test_one_whose_definition_does_not_fit_any_more_stands_and_stops_nobody


if __name__ == "__main__":
    unittest.main(verbosity=2)
