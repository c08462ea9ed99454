#!/usr/bin/env python3
"""publish, read, status, stuck, why and topics on a directory, without a daemon."""

import json
import unittest

from harness import Case, event, lines, wait_until


class PublishRead(Case):
    def settle(self):
        """A daemon would sequence what was published; without one, `status --settle` is not a thing: run one."""
        daemon = self.daemon()
        self.wait_settled(daemon)
        self.assertEqual(0, daemon.stop())

    def wait_settled(self, daemon):
        wait_until(lambda: daemon.api("/v1/status")[1]["idle"], "everything is handled")

    def test_what_is_published_is_read(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1), event("b", 1), event("a", 2)]))
        found = self.read("order.placed")
        self.assertEqual({("a", "1"), ("a", "2"), ("b", "1")},
                         {(one["subject"], str(one["sourcesequence"])) for one in found})
        self.assertEqual([{"amount": 2}],
                         [one["data"] for one in self.read("order.placed", "--subject", "a") if one["id"] == "a-2"])

    def test_a_cancellation_before_its_order_is_put_right(self):
        self.sluice("publish", "-", stdin=lines([event("a", 2, "order.cancelled"), event("a", 1)]))
        self.settle()
        found = self.read("shop.ordered", "--subject", "a")
        self.assertEqual([("order.placed", "1"), ("order.cancelled", "2")],
                         [(one["type"], str(one["subjectposition"])) for one in found])

    def test_a_gap_is_stuck_and_says_why(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1), event("a", 3, "order.cancelled")]))
        self.settle()
        stuck = json.loads(self.sluice("stuck", "--json").stdout)
        self.assertEqual(["a"], [one["subject"] for one in stuck["stuck"]])
        self.assertEqual("gap", stuck["stuck"][0]["cause"])
        why = self.sluice("why", "a").stdout
        self.assertEqual(1, len(why.splitlines()))
        for word in ("/orders 2", "order.placed", "order.cancelled"):
            self.assertIn(word, why)
        self.sluice("publish", "-", stdin=lines([event("a", 2)]))
        self.settle()
        self.assertEqual([], json.loads(self.sluice("stuck", "--json").stdout)["stuck"])
        self.assertEqual(3, len(self.read("shop.ordered", "--subject", "a")))

    def test_publishing_a_file_again_changes_nothing(self):
        path = self.write("events.jsonl", lines([event("a", 1), event("a", 2)]))
        for _ in range(2):
            self.sluice("publish", path)
        self.settle()
        self.assertEqual(["1", "2"], [str(one["subjectposition"]) for one in self.read("shop.ordered")])

    def test_from_and_limit(self):
        self.sluice("publish", "-", stdin=lines(event("a", number) for number in range(1, 11)))
        found = self.read("order.placed", "--from", "3", "--limit", "2", "--subject", "a")
        self.assertEqual(["4", "5"], [str(one["sourcesequence"]) for one in found])

    def test_topics_and_status(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1)]))
        topics = json.loads(self.sluice("topics", "--json").stdout)["topics"]
        self.assertEqual({"order.placed": 3, "order.cancelled": 2, "shop.ordered": 4, "shop.repartition": 4},
                         {one["name"]: one["partitions"] for one in topics if one["name"] != "shop.aside"})
        status = json.loads(self.sluice("status", "--json").stdout)
        self.assertFalse(status["idle"])
        self.settle()
        self.assertTrue(json.loads(self.sluice("status", "--json").stdout)["idle"])

    def test_version_and_help(self):
        self.assertRegex(self.sluice("version").stdout, r"^sluice \d+\.\d+\.\d+")
        for command in ("commerce run", "serve", "publish", "read", "status", "stuck", "why", "topics"):
            self.assertIn("--help", self.sluice(*command.split(), "--help").stdout)


if __name__ == "__main__":
    unittest.main()
