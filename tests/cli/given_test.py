#!/usr/bin/env python3
"""A domain whose one topic is in order already: nothing is sequenced, the daemon dispatches."""

import json
import unittest

from harness import CONFIG, Case, event, wait_until

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
      payload: {type: object, required: [amount], properties: {amount: {type: integer}}}
"""

SUBSCRIPTIONS = """\
subscriptions:
  - {name: audit, domain: stock, file: audit.jsonl}
  - {name: pulled, domain: stock, sink: {pull: {}}}
"""

WHY = ("--reason", "the feed was wrong", "--by", "alice", "--yes")


def moved(subject, number, **more):
    return event(subject, number, kind="stock.moved", source="/stock", **more)


class Given(Case):
    def setUp(self):
        super().setUp()
        self.write("stock.yaml", STOCK)
        config = CONFIG[:CONFIG.index("subscriptions:")].replace("shop.yaml", "stock.yaml")
        self.write("sluice.yaml", config + SUBSCRIPTIONS)

    def numbers(self):
        """subject -> the numbers of its events, as the file has them."""
        found = {}
        for one in self.audit():
            found.setdefault(one["subject"], []).append(int(one["sourcesequence"]))
        return found

    def test_each_subject_in_the_order_of_its_partition_and_once_over_restarts(self):
        """Whatever its number says: nobody puts it in order again."""
        self.publish(*(moved(f"s{s}", n) for n in (3, 1, 2) for s in range(4)))
        daemon = self.daemon()
        wait_until(lambda: len(self.audit()) == 12, "the file has them")
        daemon.kill()
        self.publish(moved("s1", 9))
        daemon = self.daemon()
        wait_until(lambda: self.numbers().get("s1", [])[-1:] == [9], "it goes on")
        first = {}
        for one in self.audit():  # after a kill some may come again
            place = int(one["subjectposition"])
            if place > first.get(one["subject"], [(0, 0)])[-1][0]:
                first.setdefault(one["subject"], []).append((place, int(one["sourcesequence"])))
        self.assertEqual([3, 1, 2, 9], [number for _, number in first["s1"]])
        self.assertEqual([3, 1, 2], [number for _, number in first["s3"]])
        self.assertGreaterEqual(first["s1"][0][0], 10 ** 15, "epoch 1")
        status, pulled = daemon.api("/v1/subscriptions/pulled/pull?max=100&wait=5s", "")
        self.assertEqual(200, status)
        self.assertIn("s2", json.dumps(pulled))

    def test_status_and_why_know_of_no_sequencer(self):
        self.publish(moved("s1", 1))
        daemon = self.daemon()
        wait_until(lambda: self.audit(), "the file has it")
        shown = self.sluice("status").stdout
        self.assertIn("domain stock: ", shown)
        self.assertIn("no sequencer: its topic is in order already", shown)
        self.assertIn("stock.events", shown)
        status = daemon.api("/v1/status")[1]["domains"][0]
        self.assertIsNone(status["sequencer"])
        self.assertEqual([], status["channels"])
        self.assertIn("nothing of it stands still; its events, if there are any, lie in stock.events partition",
                      self.sluice("why", "s1").stdout)
        self.assertIn("sluice_delivered_total", daemon.management("/metrics")[2])

    def test_a_dead_event_holds_back_its_subject_until_a_person_chooses(self):
        self.write("stock.yaml", STOCK.replace("  homes: 3\n", "  homes: 3\n  validation: off\n"))
        self.publish(moved("a", 1, data={"amount": "one"}), moved("a", 2), moved("b", 1))
        self.write("stock.yaml", STOCK)  # as from a producer that no contract is asked of
        self.daemon()
        wait_until(lambda: "parked" in self.sluice("stuck", "-S", "audit").stdout, "a is parked")
        wait_until(lambda: self.numbers() == {"b": [1]}, "b is not held up")
        self.assertIn("parked in subscription audit", self.sluice("why", "a").stdout)
        shown = [json.loads(line) for line in self.sluice("show", "a", "-S", "audit").stdout.splitlines()]
        self.assertEqual(["1", "2"], [one["sourcesequence"] for one in shown])
        self.assertIn("breaks its contract", self.refused("redrive", "a", "-S", "audit", *WHY))
        self.sluice("skip", "a", "-S", "audit", *WHY)
        wait_until(lambda: self.numbers().get("a") == [2], "what followed it goes")

    def test_what_a_sequencer_would_do_is_refused_by_name(self):
        self.publish(moved("a", 1))
        self.daemon()
        wait_until(lambda: self.audit(), "it runs")
        self.assertIn("domain stock has no sequencer, since stock.events is in order already",
                      self.refused("skip", "a", *WHY))
        self.write("stock.yaml", STOCK.replace("  homes: 3\n", "  homes: 3\n  gap: {policy: skip}\n"))
        self.assertIn("/x-sluice/gap: 'gap' is for a sequencer", self.refused("config", "check"))

    def test_another_epoch_is_read_from_the_beginning_and_never_goes_back(self):
        self.publish(moved("a", 1))
        self.daemon_until(1)
        self.write("stock.yaml", STOCK.replace("positions: offset", "positions: offset, epoch: 2"))
        self.daemon_until(2)
        places = [int(one["subjectposition"]) for one in self.audit()]
        self.assertEqual([10 ** 15, 2 * 10 ** 15], places)
        self.write("stock.yaml", STOCK)
        ran = self.run_command("serve", "-c", "sluice.yaml")
        self.assertNotEqual(0, ran.returncode)
        self.assertIn("epochs only rise", ran.stdout + ran.stderr)

    def daemon_until(self, count):
        daemon = self.daemon()
        wait_until(lambda: len(self.audit()) >= count, f"{count} in the file")
        self.assertEqual(0, daemon.stop())

    def test_a_directory_that_was_sequenced_keeps_its_domains_name(self):
        self.write("sluice.yaml", CONFIG.replace("domain: shop", "domain: stock"))
        self.write("shop.yaml", STOCK.replace("  ordered: {topic: stock.events, positions: offset}\n", ""))
        self.publish(moved("a", 1))
        self.settle()
        self.write("shop.yaml", STOCK)
        ran = self.run_command("serve", "-c", "sluice.yaml")
        self.assertNotEqual(0, ran.returncode)
        self.assertIn("domain stock has been sequenced here", ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
