#!/usr/bin/env python3
"""`sluice observe` on an embedded log: what came in the wrong order, and what it refuses."""

import datetime
import json
import unittest

from harness import Case, event

CONTRACT_WITH_A_RULE = """\
asyncapi: 3.0.0
x-sluice: {domain: shop, homes: 4}
channels:
  placed: {address: order.placed, messages: {placed: {name: order.placed}}, bindings: {kafka: {partitions: 3}}}
  cancelled:
    address: order.cancelled
    messages: {cancelled: {name: order.cancelled}}
    bindings: {kafka: {partitions: 2}}
"""


class Observe(Case):
    def publish_some(self):
        """Orders a and b as they happened; the cancellation of c a second before its order."""
        start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
        for seconds, subject, number, kind in ((0, "a", 1, "order.placed"), (1, "a", 2, "order.cancelled"),
                                               (2, "b", 1, "order.placed"), (3, "b", 2, "order.cancelled"),
                                               (4, "c", 2, "order.cancelled"), (5, "c", 1, "order.placed")):
            time = start + datetime.timedelta(seconds=seconds)
            self.publish(event(subject, number, kind, time=time.isoformat(timespec="milliseconds")))

    def observed(self, *arguments):
        return json.loads(self.sluice("observe", *arguments, "--json").stdout)

    def test_counts_pairs_of_topics(self):
        self.publish_some()
        seen = self.observed("--lag", "order.placed=10m")
        self.assertEqual((6, 3), (seen["events"], seen["subjects"]))
        self.assertEqual({"subjects": 1, "events": 1}, seen["now"])
        self.assertEqual({"subjects": 3, "events": 3}, seen["with_lag"])
        self.assertEqual([("order.placed", "order.cancelled", 3)],
                         [(pair["first"], pair["then"], pair["subjects"]) for pair in seen["pairs"]])
        self.assertEqual({"a", "b", "c"}, {one["subject"] for one in seen["worst"]})
        text = self.sluice("observe", "--lag", "order.placed=10m").stdout
        self.assertIn("a plain consumer would have met 1 subject in the wrong order, and 3 with the lag", text)
        self.assertIn("order.cancelled was met", text)

    def test_takes_a_contract_and_a_directory(self):
        self.publish_some()
        self.write("other.yaml", CONTRACT_WITH_A_RULE)
        self.assertEqual(3, self.observed("-c", "other.yaml", "--state", "data")["subjects"])
        self.assertEqual(0, self.observed("-c", "other.yaml", "--state", "data", "--since", "1ms")["subjects"])
        self.assertEqual(3, self.observed("--state", "data")["subjects"], "a directory keeps its contracts")

    def test_writes_nothing(self):
        self.publish_some()
        self.sluice("observe")
        self.assertEqual(["order.cancelled", "order.placed"], [
            one["topic"] for one in json.loads(self.sluice("status", "--json").stdout)["domains"][0]["channels"]])
        self.assertEqual(0, sum(one["read"] for topic in json.loads(self.sluice("status", "--json").stdout)["domains"][0]["channels"]
                                for one in topic["partitions"]))

    def test_refuses_what_it_cannot_look_at(self):
        self.publish_some()
        self.assertIn("'nothing' is none of the domain's channels; there are: order.cancelled, order.placed",
                      self.refused("observe", "--lag", "nothing=1m", code=4))
        self.assertIn("'10m' is not TOPIC=TIME", self.refused("observe", "--lag", "10m"))
        self.assertIn("--since: 'soon' is not a duration", self.refused("observe", "--since", "soon"))
        self.assertIn("no domain 'x'", self.refused("observe", "--domain", "x", code=4))
        self.assertIn("the group 'nobody' has no offset", self.refused("observe", "--group", "nobody", code=4))
        self.assertIn("nowhere.yaml", self.refused("observe", "-c", "nowhere.yaml", code=4))


if __name__ == "__main__":
    unittest.main()
