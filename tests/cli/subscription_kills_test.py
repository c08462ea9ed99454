#!/usr/bin/env python3
"""A daemon is killed where a change of a subscription is half done."""

import json
import unittest

from harness import event, lines, wait_until
from subscription_harness import SubscriptionCase, definition

ONLY_A = [{"exact": {"subject": "a"}}]


class AtAPointTest(SubscriptionCase):
    def publish_to(self, daemon, number):
        body = lines(event(subject, number) for subject in ("a", "b"))
        self.assertEqual(200, daemon.api("/v1/events", body, "application/jsonl")[0])

    def killed_at(self, point, act):
        """Starts a daemon that is killed there, and lets it do that; answers one that lives."""
        daemon = self.daemon(env={"SLUICE_KILL_AT": point})
        try:
            act(daemon)
        except OSError:  # nobody answers any more
            pass
        except json.JSONDecodeError:
            pass
        self.assertEqual(-9, daemon.process.wait(timeout=30), f"it was never at {point}")
        return self.daemon()

    def test_what_was_written_counts_and_what_was_not_does_not(self):
        acts = {"create": lambda daemon: self.create(daemon, "billing"),
                "replace": lambda daemon: self.ask(daemon, "PUT", "/billing", definition("billing", filters=ONLY_A)),
                "delete": lambda daemon: self.ask(daemon, "DELETE", "/billing")}
        seen = {"create": lambda daemon: self.names(daemon) == ["billing"],
                "replace": lambda daemon: self.ask(daemon, "GET", "/billing").get("filters") == ONLY_A,
                "delete": lambda daemon: self.names(daemon) == []}
        for name, act in acts.items():
            daemon = self.killed_at("subscription.before_change", act)
            self.assertFalse(seen[name](daemon), name)
            self.assertEqual(0, daemon.stop())
            daemon = self.killed_at("subscription.after_change", act)
            self.assertTrue(seen[name](daemon), name)
            self.assertEqual(0, daemon.stop())

    def test_a_deletion_that_was_cut_short_is_carried_on_with(self):
        daemon = self.daemon()
        self.create(daemon, "billing", config={"retry": {"attempts": 1}})
        self.publish_to(daemon, 1)
        self.pull_all(daemon, "billing", {"a": ["a-1"], "b": ["b-1"]})
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        for passing in (1, 3, 5):
            daemon = self.killed_at(f"runner.forgetting:{passing}",
                                    lambda one: self.ask(one, "DELETE", "/billing") and wait_until(
                                        lambda: one.process.poll() is not None, "it is killed"))
            self.assertEqual([], self.names(daemon))
            wait_until(lambda one=daemon: [sub["name"] for sub in one.api("/v1/status")[1]["domains"][0]["subscriptions"]] == ["audit"],
                       "nothing is left of it")
            self.create(daemon, "billing", config={"retry": {"attempts": 1}})
            self.pull_all(daemon, "billing", {"a": ["a-1"], "b": ["b-1"]})
            daemon.settle()
            self.assertEqual(0, daemon.stop())


if __name__ == "__main__":
    unittest.main(verbosity=2)
