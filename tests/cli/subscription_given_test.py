#!/usr/bin/env python3
"""Subscriptions of the API in a domain whose topic somebody else has put in order; and what more than one change leaves."""

import json
import unittest

from harness import CONFIG, event, lines, wait_until
from subscription_harness import SubscriptionCase, definition

STOCK = """\
asyncapi: 3.0.0
info: {title: Stock, version: 1.0.0}
x-sluice:
  domain: stock
  homes: 3
  ordered: {topic: stock.events, positions: offset}
channels:
  moves:
    address: stock.events
    messages: {moved: {$ref: '#/components/messages/moved'}}
components:
  messages:
    moved:
      name: stock.moved
      payload: {type: object}
"""


class GivenTest(SubscriptionCase):
    def setUp(self):
        super().setUp()
        self.write("stock.yaml", STOCK)
        self.write("sluice.yaml", CONFIG.replace("[shop.yaml]", "[stock.yaml]").replace("domain: shop", "domain: stock"))

    def tell(self, daemon, *numbers):
        body = lines(event(subject, number, kind="stock.moved", source="/stock") for number in numbers for subject in ("a", "b"))
        self.assertEqual(200, daemon.api("/v1/events", body, "application/jsonl")[0])

    def test_it_begins_with_the_oldest_or_now_and_goes_on_after_a_kill(self):
        daemon = self.daemon()
        self.tell(daemon, 1, 2)
        wait_until(lambda: len(self.audit()) == 4, "all is there")
        self.create(daemon, "all", domain="stock")
        self.create(daemon, "late", domain="stock", config={"start": "now"})
        daemon.kill()
        daemon = self.daemon()
        self.tell(daemon, 3)
        self.pull_all(daemon, "late", {"a": ["a-3"], "b": ["b-3"]})
        self.pull_all(daemon, "all", {"a": ["a-1", "a-2", "a-3"], "b": ["b-1", "b-2", "b-3"]})
        daemon.settle()

    def test_it_is_changed_and_deleted_and_begins_anew(self):
        daemon = self.daemon()
        self.create(daemon, "some", domain="stock")
        self.tell(daemon, 1)
        self.pull_all(daemon, "some", {"a": ["a-1"], "b": ["b-1"]})
        only_a = definition("some", domain="stock", filters=[{"exact": {"subject": "a"}}])
        self.assertEqual("runs", self.ask(daemon, "PUT", "/some", only_a)["state"])
        self.tell(daemon, 2)
        self.pull_all(daemon, "some", {"a": ["a-2"]})
        self.ask(daemon, "DELETE", "/some?reason=over")
        self.create(daemon, "some", domain="stock")
        self.pull_all(daemon, "some", {"a": ["a-1", "a-2"], "b": ["b-1", "b-2"]})

    def test_every_change_of_a_name_can_be_read_from_the_audit(self):
        daemon = self.daemon()
        for turn in range(3):
            self.create(daemon, "some", domain="stock")
            self.ask(daemon, "PUT", f"/some?reason=turn+{turn}", definition("some", domain="stock", types=["stock.moved"]))
            self.ask(daemon, "DELETE", "/some")
        kept = [json.loads(one["value"]) for one in daemon.api("/v1/topics/sluice.subscriptions/records")[1]["records"]]
        self.assertEqual(["create", "replace", "delete"] * 3, [one["act"] for one in kept])
        self.assertEqual(["turn 0", "turn 1", "turn 2"], [one["reason"] for one in kept if one["act"] == "replace"])
        for before, after in zip(kept, kept[1:]):
            if after["act"] != "create":
                self.assertEqual(before["definition"], after["before"])
                self.assertEqual(kept.index(before) + 1, after["revision"])


if __name__ == "__main__":
    unittest.main()
