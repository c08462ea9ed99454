#!/usr/bin/env python3
"""Subscriptions that are made by one of two daemons on a real broker: both carry them, and one that was away learns of them."""

import json
import threading
import unittest

from fleet import FleetCase
from harness import event, lines, wait_until
from subscription_harness import Asks, definition

SUBJECTS = [f"s{n}" for n in range(12)]  # over all four homes


class SharedSubscriptionsTest(Asks, FleetCase):
    def setUp(self):
        super().setUp()
        self.seen = {}  # by subscription: ids by subject, each once

    def tell(self, instance, number):
        """An event of each subject, through that daemon."""
        body = lines(event(subject, number) for subject in SUBJECTS)

        def taken():
            try:
                return instance.daemon.api("/v1/events", body, "application/jsonl")[0] == 200
            except OSError:
                return False

        wait_until(taken, "the events are taken", seconds=90)

    def wait_for(self, name, numbers, subjects=None, instances=None):
        """Clients of all daemons together get this, each subject in order; and nothing else. What comes again is passed over."""
        seen = self.seen.setdefault(name, {})
        expected = {subject: [f"{subject}-{n}" for n in numbers] for subject in subjects or SUBJECTS}

        def look():
            for instance in instances or self.instances:
                for subject, ids in self.pull(instance.daemon, name).items():
                    known = seen.setdefault(subject, [])
                    known.extend(ident for ident in ids if ident not in known)
            return seen == expected

        wait_until(look, f"{name} gets {expected}; it has {seen}", seconds=120)

    def wait_until_both(self, holds, what):
        for instance in self.instances:
            wait_until(lambda one=instance: holds(one.daemon), what, seconds=30)

    def test_one_makes_it_and_both_carry_it(self):
        one, two = self.instances
        self.tell(one, 1)
        made = self.create(one.daemon, "billing")
        self.assertEqual("runs", made["state"])
        self.wait_until_both(lambda daemon: self.names(daemon) == ["billing"], "both know it")
        self.tell(two, 2)
        self.wait_for("billing", [1, 2])
        # The other one changes it.
        only = [{"any": [{"exact": {"subject": subject}} for subject in SUBJECTS[:3]]}]
        self.ask(two.daemon, "PUT", "/billing", definition("billing", filters=only))
        self.wait_until_both(lambda daemon: self.ask(daemon, "GET", "/billing").get("filters") == only, "both know of the change")
        self.settle_of("billing")
        self.tell(one, 3)
        before = {subject: list(ids) for subject, ids in self.seen["billing"].items()}
        expected = {subject: ids + ([f"{subject}-3"] if subject in SUBJECTS[:3] else []) for subject, ids in before.items()}
        self.wait_for_exactly("billing", expected)
        # One is away while it is deleted, and its name taken again.
        one.daemon.kill()
        self.ask(two.daemon, "DELETE", "/billing?reason=over")
        wait_until(lambda: self.names(two.daemon) == [], "it is gone")
        one.start()
        self.assertEqual([], self.names(one.daemon))
        self.wait_until_both(lambda daemon: "billing" not in self.carried(daemon), "nothing is left of it")
        self.create(one.daemon, "billing")
        self.seen.clear()
        self.tell(two, 4)
        self.wait_for("billing", [1, 2, 3, 4])
        for instance in self.instances:
            self.assertEqual("runs", self.ask(instance.daemon, "GET", "/billing")["state"])
        self.stop_all()

    def settle_of(self, name):
        """Each daemon serves it as it is now: what is asked for is answered by the present sink."""
        wait_until(lambda: all(self.is_idle(one.daemon, name) for one in self.instances), f"{name} rests", seconds=60)

    def is_idle(self, daemon, name):
        return [one["behind"] for one in daemon.api("/v1/status")[1]["domains"][0]["subscriptions"] if one["name"] == name] == [0]

    @staticmethod
    def carried(daemon):
        return [one["name"] for one in daemon.api("/v1/status")[1]["domains"][0]["subscriptions"]]

    def wait_for_exactly(self, name, expected):
        seen = self.seen[name]

        def look():
            for instance in self.instances:
                for subject, ids in self.pull(instance.daemon, name).items():
                    seen[subject].extend(ident for ident in ids if ident not in seen[subject])
            return seen == expected

        wait_until(look, f"{name} gets {expected}; it has {seen}", seconds=120)

    def test_of_two_who_want_a_name_at_once_one_has_it(self):
        for turn in range(8):
            answers = []

            def create(instance, turn=turn, answers=answers):
                answers.append(instance.daemon.request(
                    "POST", "/v1/subscriptions", json.dumps(definition(f"n{turn}", types=["order.placed"])),
                    {"Content-Type": "application/json"})[0])

            threads = [threading.Thread(target=create, args=(one,)) for one in self.instances]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual([201, 409], sorted(answers))
        self.wait_until_both(lambda daemon: len(self.names(daemon)) == 8, "both have all")
        one, two = ([self.ask(instance.daemon, "GET", f"/n{turn}") for turn in range(8)] for instance in self.instances)
        self.assertEqual(one, two)

    def test_one_that_takes_the_homes_over_goes_on_with_it(self):
        one, two = self.instances
        self.create(one.daemon, "late", config={"start": "now"})
        self.wait_until_both(lambda daemon: self.names(daemon) == ["late"], "both know it")
        one.daemon.kill()
        self.tell(two, 1)
        self.wait_for("late", [1], instances=[two])
        one.start()
        self.tell(one, 2)
        self.wait_for("late", [1, 2])
        self.stop_all()


if __name__ == "__main__":
    unittest.main(verbosity=2)
