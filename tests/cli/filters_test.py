#!/usr/bin/env python3
"""filters: of a subscription: who gets what, what cannot be judged, and what is refused before anything starts."""

import unittest

from harness import CONFIG, Case, event
from metrics_test import parse

FILTERS = """\
  - name: korea
    domain: shop
    file: korea.jsonl
    filters:
      - sql: "region = 'kr' AND type LIKE 'order.%'"
  - name: large
    domain: shop
    file: large.jsonl
    types: [order.placed]
    filters:
      - any:
          - urn:sluice:data: {/amount: {at_least: 3}}
          - suffix: {subject: -vip}
      - not: {exact: {region: jp}}
"""


class Filters(Case):
    def setUp(self):
        super().setUp()
        self.write("sluice.yaml", CONFIG + FILTERS)

    def ids(self, name):
        """Of the events in a sink's file, subject by subject."""
        return sorted(line.split('"id":"', 1)[1].split('"', 1)[0]
                      for line in (self.dir / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())

    def test_each_subscription_gets_what_passes_its_filters(self):
        self.publish(event("a", 1, region="kr"), event("a", 2, "order.cancelled", region="jp"), event("a", 3, region="kr"),
                     event("b-vip", 1, region="us"), event("c", 1, data={"amount": 7}, region="jp"),
                     event("d", 1, data={"amount": 9}))
        server = self.daemon()
        server.settle()
        self.assertEqual(["a-1", "a-3"], self.ids("korea"))
        self.assertEqual(["a-3", "b-vip-1", "d-1"], self.ids("large"))
        self.assertEqual(6, len(self.ids("audit")))
        samples = {}
        for family in parse(server.management("/metrics")[2]).values():
            samples.update(family.samples)
        failed = {labels: value for (name, labels), value in samples.items() if name == "sluice_filter_failed_total"}
        by_name = {name: value for labels, value in failed.items() for name in ("audit", "korea", "large")
                   if f'subscription="{name}"' in str(labels)}
        self.assertEqual({"audit": 0, "korea": 1, "large": 0}, by_name, "d has no region")

    def test_it_goes_on_where_it_was_after_a_restart(self):
        self.publish(event("a", 1, region="kr"), event("a", 2))
        self.settle()
        self.publish(event("a", 3, region="kr"))
        self.settle()
        self.assertEqual(["a-1", "a-3"], self.ids("korea"))

    def test_wrong_filters_are_refused_with_their_place_and_the_reason(self):
        wrong = {
            "[{regex: {type: x}}]": "/subscriptions/1/filters/0: 'regex' is no filter dialect; there are: exact,",
            "[{exact: {type: ''}}]": "/filters/0/exact/type: '' is no value to look for",
            "[{all: []}]": "/filters/0/all: the list is empty; at least one filter is due",
            "[{sql: 1/0}]": "/filters/0/sql: '1/0': column 2: fails for every event: a division by zero",
            "[{sql: \"system('rm') = 0\"}]": "column 1: there is no function SYSTEM",
            "[{sql: 'type = '}]": "column 8: a value is due, found the end",
        }
        for filters, said in wrong.items():
            self.write("sluice.yaml", CONFIG + "  - {name: x, domain: shop, file: x.jsonl, filters: " + filters + "}\n")
            for command in ("serve", "config"):
                told = self.refused(*([command] if command == "serve" else [command, "check"]))
                self.assertIn(said, told)
                self.assertRegex(told, r"sluice\.yaml:9:\d+: ")
            self.assertFalse((self.dir / "data").exists(), "refused before anything starts")


if __name__ == "__main__":
    unittest.main()
