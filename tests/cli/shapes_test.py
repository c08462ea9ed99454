#!/usr/bin/env python3
"""keep, jq and personal: what a subscription gets of an event, and that a hostile program costs its own events only."""

import json
import os
import signal
import unittest

from harness import CONFIG, CONTRACT, Case, event, wait_until

SHAPES = """\
  - {name: thin, domain: shop, file: thin.jsonl, keep: [/amount, /lines/*/sku]}
  - {name: sums, domain: shop, file: sums.jsonl, jq: "{amount, skus: [.lines[]?.sku]}"}
  - {name: care, domain: shop, file: care.jsonl, personal: true}
"""

ORDER = {"amount": 3, "email": "a@example.org", "lines": [{"sku": "x", "n": 1}, {"sku": "y", "n": 2}]}


class Shapes(Case):
    def setUp(self):
        super().setUp()
        self.write("shop.yaml", CONTRACT.replace(
            "amount: {type: integer}", "amount: {type: integer}, email: {type: string, x-sluice: {personal: true}}"))
        self.write("sluice.yaml", CONFIG + SHAPES)

    def data(self, name):
        """The data of the events in a sink's file, as text, in its order."""
        return [json.dumps(json.loads(line)["data"], separators=(",", ":"))
                for line in (self.dir / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]

    def test_each_subscription_gets_its_own_shape(self):
        self.publish(event("a", 1, data=ORDER))
        self.settle()
        self.assertEqual(['{"amount":3,"lines":[{"sku":"x"},{"sku":"y"}]}'], self.data("thin"))
        self.assertEqual(['{"amount":3,"skus":["x","y"]}'], self.data("sums"))
        self.assertEqual([json.dumps(ORDER, separators=(",", ":"))], self.data("care"))
        without = {name: value for name, value in ORDER.items() if name != "email"}
        self.assertEqual([json.dumps(without, separators=(",", ":"))], self.data("audit"))
        self.assertIn("a@example.org", self.sluice("read", "shop.ordered", "--json").stdout, "the topic keeps it")

    def test_an_error_of_the_program_parks_its_subject_with_the_programs_words(self):
        self.write("sluice.yaml", CONFIG + '  - {name: sums, domain: shop, file: sums.jsonl, '
                   'jq: "if .amount > 1 then error(\\"too much: \\\\(.amount)\\") else . end"}\n')
        self.publish(event("a", 1), event("a", 2), event("b", 1))
        server = self.daemon()
        server.settle()
        self.assertEqual(2, len(self.data("sums")))
        self.assertIn("jq: too much: 2", self.sluice("why", "a").stdout)

    def test_a_program_that_ends_its_process_costs_its_own_events(self):
        self.write("sluice.yaml", CONFIG + '  - {name: sums, domain: shop, file: sums.jsonl, '
                   'jq: "if .amount == 2 then [] | .[1000000000] = 1 else . end"}\n')
        self.publish(event("a", 1), event("a", 2), event("b", 1), event("c", 2), event("c", 1))
        server = self.daemon()
        server.settle()
        self.assertEqual(3, len(self.data("sums")))
        self.assertEqual(5, len(self.audit()))
        # A sanitizer makes an exit code of the signal.
        self.assertRegex(self.sluice("why", "a").stdout, r"jq: its process ended \((signal|exit code) \d+")
        self.assertEqual(0, server.stop())

    def test_its_process_goes_with_the_daemon_and_does_not_mind_ctrl_c(self):
        server = self.daemon()
        server.settle()
        tasks = self.children(server.process.pid)
        self.assertEqual(1, len(tasks))
        self.assertNotEqual(os.getpgid(server.process.pid), os.getpgid(tasks[0]))
        server.stop(signal.SIGKILL)
        wait_until(lambda: not os.path.exists(f"/proc/{tasks[0]}"), "the process of the program is gone")

    @staticmethod
    def children(pid):
        found = []
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                found += map(int, children.read().split())
        return found

    def test_wrong_shapes_are_refused_before_anything_starts(self):
        wrong = {
            "keep: [amount]": "/subscriptions/1/keep/0: 'amount' is not a JSON pointer",
            "keep: [/email]": "/subscriptions: x: keep: /email is personal data of order.placed (/email); grant it with",
            "jq: '.a b'": "/subscriptions: x: jq: syntax error",
            "jq: '[.a, now]'": "jq: now is not for use here: a program sees its input and nothing else",
            "jq: '$ENV'": "jq: $ENV is not for use here",
            "jq: ., keep: [/a]": "'keep' and 'jq' both make the data",
        }
        for shape, said in wrong.items():
            self.write("sluice.yaml", CONFIG + "  - {name: x, domain: shop, file: x.jsonl, " + shape + "}\n")
            self.assertIn(said, self.refused("config", "check"))
            self.assertIn(said, self.refused("serve"))
            self.assertFalse((self.dir / "data").exists())


if __name__ == "__main__":
    unittest.main()
