#!/usr/bin/env python3
"""Backlogs that are taken elsewhere, and what comes back in: events, dead letters of Kafka Connect and of Spring, and old
events beside the ordered topic. On the embedded log here, on Kafka by tests/broker/same_backlogs_test.py."""

import json
import unittest

from harness import event, wait_until
from verbs_harness import VerbsCase

CONNECT = {
    "topic": "dlq", "partition": 0, "offset": 5, "ts": 1700000000000, "key": "connect", "payload": '{"amount":4}',
    "headers": ["__connect.errors.topic", "order.placed", "__connect.errors.partition", "1", "__connect.errors.offset", "17",
                "__connect.errors.exception.message", "no such\ncustomer"]}

SPRING = {
    "topic": "order.placed-dlt", "partition": 2, "offset": 9, "ts": 1700000000000, "key": "spring", "payload": '{"amount":5}',
    "headers": ["ce_specversion", "1.0", "ce_id", "spring-7", "ce_source", "/orders", "ce_type", "order.placed",
                "ce_subject", "spring", "ce_sourcesequence", "7", "content-type", "application/json",
                "kafka_dlt-original-topic", "order.placed", "kafka_dlt-original-partition", "\0\0\0\2",
                "kafka_dlt-original-offset", "\0\0\0\0\0\0\0\x2a", "kafka_dlt-exception-message", "it timed out"]}


def as_lines(*objects):
    return "".join(json.dumps(one) + "\n" for one in objects)


class Import(VerbsCase):
    def imported(self, subject):
        """What a subject's handler got of it: where from, why it died, and the amount; in order."""
        mine = [one for one in self.audit() if one["subject"] == subject and "importedfrom" in one]
        return [(one["source"], one["importedfrom"], one.get("importedreason"), one["data"]["amount"]) for one in mine]

    def test_a_backlog_is_taken_out_mended_and_comes_in_as_new_events(self):
        self.contract = self.contract.replace("  invalid: wait\n", "")
        self.begin(event("a", 1, data={"amount": "one"}), event("a", 2), event("b", 1))
        self.stands(("a", "parked"))
        taken = self.sluice("export", "-S", "audit").stdout
        self.assertEqual(["a-1", "a-2"], [json.loads(line)["id"] for line in taken.splitlines()])
        self.assertEqual(taken, self.sluice("export", "-S", "audit", "--cause", "parked", "--domain", "shop").stdout)
        self.assertEqual("", self.sluice("export", "-S", "audit", "--cause", "hole").stdout)
        self.assertEqual([("a", "parked")], self.stuck(), "it copies, and takes nothing out")
        self.chosen("skip", "a", "-S", "audit")
        self.goes_on("a-2")

        self.write("backlog.jsonl", taken.replace('"one"', "1"))
        self.assertEqual("2 imported, 0 refused\n", self.sluice("import", "backlog.jsonl").stdout)
        self.goes_on("a-2", "a-1", "a-2")
        self.assertEqual([("/imports/orders", "/orders a-1", None, 1), ("/imports/orders", "/orders a-2", None, 2)],
                         self.imported("a"))
        self.assertEqual("2 imported, 0 refused\n", self.sluice("import", "backlog.jsonl").stdout)
        self.assertEqual("2 imported, 0 refused\n",
                         self.sluice("import", "-", "--source", "/mended", stdin=taken.replace('"one"', "1")).stdout)
        self.goes_on("a-2", "a-1", "a-2", "a-1", "a-2")
        self.assertEqual(["/imports/orders"] * 2 + ["/mended"] * 2, [one[0] for one in self.imported("a")],
                         "the same line under the same source is one event")
        self.stands()
        self.kept()

    def goes_on(self, *names):
        wait_until(lambda: len(self.handled("a")) >= len(names), f"a goes on: {names}")
        self.assertEqual(list(names), self.handled("a"))

    def test_dead_letters_of_connect_and_spring_whoever_runs(self):
        self.begin(event("connect", 1), event("spring", 1))
        wait_until(lambda: len(self.audit()) == 2, "both are known")
        self.daemon_.stop()
        bad = as_lines({"no": "event"}, {**CONNECT, "key": None})
        ran = self.sluice("import", "-", stdin=as_lines(CONNECT, SPRING) + bad + "{\n", code=1)
        self.assertEqual("2 imported, 3 refused\n", ran.stdout)
        for line, why in ((3, "neither a CloudEvent"), (4, "no key that could be its subject"), (5, "no JSON object")):
            self.assertRegex(ran.stderr, f"line {line}: .*{why}")
        self.daemon_ = self.daemon()
        wait_until(lambda: len(self.audit()) == 4, "they come behind what was there")
        self.assertEqual("2 imported, 0 refused\n", self.sluice("import", "-", stdin=as_lines(CONNECT, SPRING)).stdout)
        self.publish(event("connect", 2), event("spring", 2))
        wait_until(lambda: len(self.audit()) == 6, "all is handled")
        self.assertEqual([("/imports/order.placed", "/order.placed order.placed/1/17", "no such customer", 4)],
                         self.imported("connect"))
        self.assertEqual([("/imports/orders", "/orders spring-7", "it timed out", 5)], self.imported("spring"))
        self.goes("connect", "connect-1", "order.placed/1/17", "connect-2")
        self.goes("spring", "spring-1", "spring-7", "spring-2")
        self.stands()

    def test_old_events_lie_beside_the_ordered_topic_once(self):
        self.begin(*(event(subject, n) for subject in "abc" for n in (1, 2)))
        wait_until(lambda: len(self.audit()) == 6, "all is handled")
        kept = self.sluice("read", "shop.ordered", "--json").stdout
        self.write("kept.jsonl", kept)
        self.assertIn("a daemon has the log", self.refused("import", "history", "kept.jsonl", "--domain", "shop", code=3))
        self.daemon_.stop()
        history = ("import", "history", "kept.jsonl", "--domain", "shop")
        self.assertEqual("6 brought back, 0 were there\n", self.sluice(*history).stdout)
        self.assertEqual("0 brought back, 6 were there\n", self.sluice(*history).stdout)
        beside = [(one["id"], one["subjectposition"]) for one in self.read("shop.history")]
        self.assertEqual([(one["id"], one["subjectposition"]) for one in self.read("shop.ordered")], beside)
        self.write("kept.jsonl", "".join(reversed(kept.splitlines(keepends=True))))
        self.assertNotEqual(0, self.run_command(*history).returncode)
        self.publish(event("a", 3))
        self.settle()
        self.assertEqual(7, len(self.audit()), "nothing of it is handled again")


if __name__ == "__main__":
    unittest.main()
