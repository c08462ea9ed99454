#!/usr/bin/env python3
"""How consumers stand: the same verdict in `status`, over the API and on the metrics page."""

import json
import unittest

from harness import CONTRACT, Case, event, wait_until
from metrics_test import parse

SEQUENCER = 'domain="shop",stage="sequencer",subscription=""'
AUDIT = 'domain="shop",stage="subscription",subscription="audit"'


class Lag(Case):
    def shown(self):
        """(sequencer, audit) as `status` says."""
        domain, = json.loads(self.sluice("status", "--json").stdout)["domains"]
        return domain["sequencer"], domain["subscriptions"][0]["status"]

    def expect_in_table(self, verdicts):
        text = self.sluice("status").stdout.splitlines()
        self.assertIn(f", sequencer {verdicts[0]};", text[0])
        self.assertEqual(["audit", verdicts[1]], text[-1].split()[:2])

    def exported(self, daemon):
        """The same from the metrics page, where exactly one state is 1."""
        families = parse(daemon.management("/metrics")[2])
        found = []
        for consumer in (SEQUENCER, AUDIT):
            states = {}
            for (_, labels), value in families["sluice_consumer_status"].samples.items():
                by_name = dict(label.split("=", 1) for label in labels)
                state = by_name.pop("state").strip('"')
                if ",".join(f"{name}={value}" for name, value in by_name.items()) == consumer:
                    states[state] = value
            self.assertEqual({"ok", "waiting", "slow", "parked", "stalled", "rewound", "stopped"}, set(states))
            current, = [state for state, value in states.items() if value == 1]
            found.append(current)
        return tuple(found)

    def expect(self, verdicts, daemon):
        wait_until(lambda: self.shown() == verdicts, f"status says {verdicts}")
        wait_until(lambda: self.exported(daemon) == verdicts, f"the metrics say {verdicts}")
        self.expect_in_table(verdicts)
        domain, = daemon.api("/v1/status")[1]["domains"]
        self.assertEqual(verdicts, (domain["sequencer"], domain["subscriptions"][0]["status"]))

    def test_an_idle_topic_is_ok(self):
        daemon = self.daemon()
        self.expect(("ok", "ok"), daemon)
        self.publish(event("a", 1), event("b", 1))
        daemon.settle()
        self.expect(("ok", "ok"), daemon)

    def test_waiting_until_what_is_missing_comes(self):
        daemon = self.daemon()
        self.publish(event("a", 2))
        self.expect(("waiting", "ok"), daemon)
        self.publish(event("a", 1))
        self.expect(("ok", "ok"), daemon)

    def test_parked_while_a_subject_stands_and_after_a_restart(self):
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(event("a", 1, data={"amount": "much"}), event("a", 2))
        self.write("shop.yaml", CONTRACT)
        daemon = self.daemon()
        self.expect(("ok", "parked"), daemon)
        daemon.stop()
        self.expect(("ok", "parked"), self.daemon())

    def test_stopped_where_nobody_runs_and_something_is_left(self):
        self.settle()
        self.assertEqual(("ok", "ok"), self.shown())
        self.publish(event("a", 1))
        self.assertEqual(("stopped", "ok"), self.shown())
        self.expect_in_table(("stopped", "ok"))
        self.settle()
        self.assertEqual(("ok", "ok"), self.shown())

    def test_lag_and_heartbeats_are_exported_from_the_start(self):
        families = parse(self.daemon().management("/metrics")[2])
        for name in ("sluice_consumer_lag_messages", "sluice_heartbeat_timestamp_seconds"):
            self.assertEqual(2, len(families[name].samples), name)
        self.assertEqual({0}, set(families["sluice_consumer_lag_messages"].samples.values()))
        self.assertGreater(families["sluice_lag_sampled_timestamp_seconds"].samples[
            ("sluice_lag_sampled_timestamp_seconds", ())], 1.7e9)


if __name__ == "__main__":
    unittest.main()
