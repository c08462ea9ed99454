#!/usr/bin/env python3
"""The shape of every --json answer: which members, of which kind. Programs are written against these."""

import json
import unittest

from harness import Case, event, lines

TEXT, COUNT, FLAG = str, int, bool

PARTITION = {"partition": COUNT, "first": COUNT, "end": COUNT, "read": COUNT}
TOPIC = {"topic": TEXT, "records": COUNT, "unread": COUNT, "partitions": [PARTITION]}
SUBSCRIPTION = {"name": TEXT, "status": TEXT, "behind": COUNT, "parked": COUNT, "retrying": COUNT,
                "backlog_events": COUNT, "backlog_bytes": COUNT}
DOMAIN = {"domain": TEXT, "homes": COUNT, "idle": FLAG, "sequencer": TEXT, "waiting_subjects": COUNT, "waiting_events": COUNT,
          "aside": COUNT, "shared_gaps": [{"wanted": TEXT, "subjects": COUNT}], "channels": [TOPIC], "repartition": [TOPIC], "ordered": [TOPIC],
          "subscriptions": [SUBSCRIPTION]}
STUCK = {"domain": TEXT, "cause": TEXT, "subject": TEXT, "type": TEXT, "since": TEXT, "behind": COUNT, "reason": TEXT,
         "next": TEXT}
ORACLE = {"tables": COUNT, "rows": COUNT, "differences": COUNT, "rows_differing_by_table": dict}
RUN = {**{name: COUNT for name in (
    "orders", "events_published", "events_delivered", "waited", "waited_max", "duplicates", "conflicts", "late",
    "parked", "repartitioned", "early_cancellations", "early_deliveries", "stepwise_cancellations",
    "discounted_orders", "returns")}, "seconds": float, "events_per_second": float, "oracle": ORACLE}


class JsonShape(Case):
    def check(self, shape, value, at="", exact=True):
        if isinstance(shape, dict):
            self.assertIsInstance(value, dict, at)
            missing = shape.keys() - value.keys()
            self.assertFalse(missing, f"{at} lacks {missing}")
            if exact:
                self.assertEqual(list(shape), list(value), at)
            for name, inner in shape.items():
                self.check(inner, value[name], f"{at}/{name}", exact)
        elif isinstance(shape, list):
            self.assertIsInstance(value, list, at)
            for place, item in enumerate(value):
                self.check(shape[0], item, f"{at}/{place}", exact)
        elif shape is float:
            self.assertIsInstance(value, (int, float), at)
        else:
            self.assertIs(shape, type(value), at)

    def answer(self, *command, code=0):
        """One JSON object on one line, and nothing else."""
        ran = self.sluice(*command, "--json", code=code)
        self.assertEqual("", ran.stderr)
        self.assertEqual(1, ran.stdout.count("\n"), ran.stdout)
        return json.loads(ran.stdout)

    def test_version(self):
        self.check({"version": TEXT, "rocksdb": TEXT, "sqlite": TEXT}, self.answer("version"))

    def test_status_before_and_after_a_daemon(self):
        self.publish(event("a", 1), event("a", 3))
        shape = {"idle": FLAG, "stuck": FLAG, "domains": [DOMAIN]}
        fresh = self.answer("status")
        self.check(shape, fresh)
        self.assertEqual((False, False), (fresh["idle"], fresh["stuck"]))
        self.settle()
        settled = self.answer("status")
        self.check(shape, settled)
        self.assertEqual((True, True), (settled["idle"], settled["stuck"]))
        domain = settled["domains"][0]
        self.assertEqual((1, 1, 0), (domain["waiting_subjects"], domain["waiting_events"], domain["aside"]))
        self.assertEqual(["order.cancelled", "order.placed"], [one["topic"] for one in domain["channels"]])
        self.assertEqual(settled, self.answer("status", "--check", code=1))

    def test_stuck(self):
        self.publish(event("a", 1))
        self.assertEqual({"stuck": []}, self.answer("stuck"))
        self.publish(event("a", 3), event("b", 2))
        self.settle()
        stuck = self.answer("stuck")
        self.check({"stuck": [STUCK]}, stuck)
        self.assertEqual([("a", "gap"), ("b", "gap")],
                         sorted((one["subject"], one["cause"]) for one in stuck["stuck"]))
        self.assertRegex(stuck["stuck"][0]["since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_why(self):
        self.publish(event("a", 1), event("b", 2))
        self.settle()
        for subject in ("a", "b"):
            why = self.answer("why", subject)
            self.check({"subject": TEXT, "why": TEXT, "domains": [{"domain": TEXT, "state": TEXT, "why": TEXT}]}, why)
            self.assertEqual((subject, "shop"), (why["subject"], why["domains"][0]["domain"]))

    def test_topics(self):
        self.publish(event("a", 1))
        topics = self.answer("topics")
        self.check({"topics": [{"name": TEXT, "partitions": COUNT, "records": COUNT}]}, topics)
        self.assertEqual(sorted(one["name"] for one in topics["topics"]), [one["name"] for one in topics["topics"]])

    def test_read_gives_back_the_event_with_its_place(self):
        sent = event("a", 1, data={"amount": 1, "price": 1.50, "text": "\u00e4"}, traceparent="00-1-2-01")
        self.publish(sent)
        line = self.sluice("read", "order.placed", "--json").stdout
        found = json.loads(line)
        self.assertEqual({**sent, "partition": found["partition"], "offset": 0}, found)
        self.assertIn('"data":{"amount": 1, "price": 1.5, "text": "\\u00e4"}', line)  # to the byte
        self.settle()
        ordered = self.read("shop.ordered")[0]
        self.assertEqual("1", ordered["subjectposition"])
        self.assertEqual(sent["data"], ordered["data"])

    def test_publish_answers_each_line_in_its_order(self):
        stdin = lines([event("a", 1)]) + "\n{\n" + lines([event("a", 2)])
        ran = self.sluice("publish", "-", "--json", stdin=stdin, code=1)
        answers = [json.loads(line) for line in ran.stdout.splitlines()]
        taken = {"line": COUNT, "accepted": FLAG, "topic": TEXT, "partition": COUNT, "offset": COUNT}
        refused = {"line": COUNT, "accepted": FLAG, "code": TEXT, "detail": TEXT}
        self.assertEqual([1, 3, 4], [one["line"] for one in answers])
        for one, shape in zip(answers, (taken, refused, taken)):
            self.check(shape, one)
        self.assertEqual("invalid-event", answers[1]["code"])

    def test_errors_stay_text_on_stderr(self):
        self.publish(event("a", 1))
        for command, code in ((["why", "nobody"], 4), (["read", "nothing"], 4), (["status", "-c", "no.yaml"], 2)):
            self.assertRegex(self.refused(*command, "--json", code=code), r"^sluice: .+\n$")

    def test_torture(self):
        counts = self.answer("torture", "--events", "3000", "--events-per-seed", "1000")
        self.check({name: COUNT for name in ("seeds", "events", "released", "handled", "violations")}, counts,
                   exact=False)
        self.assertTrue(all(isinstance(count, int) for count in counts.values()))
        self.assertEqual((True, 0), (counts["events"] >= 3_000, counts["violations"]))

    def test_a_commerce_run_and_its_check(self):
        run = self.sluice("commerce", "run", "--orders", "60", "--seed", "7", "--chaos", "3", "--state", "state",
                          "--exit", "--json", timeout=120)
        summary = json.loads(run.stdout.splitlines()[-1])
        self.check(RUN, summary, exact=False)
        self.assertEqual((60, 0), (summary["orders"], summary["oracle"]["differences"]))
        check = self.answer("commerce", "check", "--state", "state")
        self.check(ORACLE, check, exact=False)
        self.assertEqual(summary["oracle"]["rows"], check["rows"])
        self.assertTrue(self.answer("status", "--state", "state")["idle"])


if __name__ == "__main__":
    unittest.main()
