#!/usr/bin/env python3
"""`sluice plan`: the arithmetic, what does not hold, and wrong arguments."""

import json
import unittest

from harness import Case


class Plan(Case):
    def test_shows_the_arithmetic_line_by_line(self):
        text = self.sluice("plan", "--rate", "5000").stdout
        self.assertRegex(text, r"(?m)^peak +5,000 x 3 += 15,000 +events/s$")
        self.assertRegex(text, r"(?m)^needed +max\(15,000, 10,000\) += 15,000 +events/s$")
        self.assertIn("\n6 homes; 2 instances of 8 cores; 3 brokers\n", text)
        self.assertRegex(text, r"(?m)^breaks first: the homes .* at 1,024 times this load$")

    def test_json_has_the_same(self):
        ran = self.sluice("plan", "--rate", "5000", "--handler", "200us", "--json").stdout
        plan = json.loads(ran)
        self.assertEqual(["homes", "instances", "brokers", "holds", "lines", "wrong", "breaks_first"], list(plan))
        self.assertEqual((6, 2, 3, True, []), (plan["homes"], plan["instances"], plan["brokers"], plan["holds"], plan["wrong"]))
        lines = {line["name"]: line for line in plan["lines"]}
        self.assertEqual({"name": "peak", "arithmetic": "5,000 x 3", "value": 15000.0, "unit": "events/s"}, lines["peak"])
        self.assertEqual(3.0, lines["being handled"]["value"])

    def test_what_does_not_hold_is_said_and_exits_with_1(self):
        ran = self.sluice("plan", "--rate", "5000", "--hottest", "101", "--handler", "10ms", code=1)
        self.assertIn("does not hold: the busiest subject", ran.stdout)
        self.assertFalse(json.loads(self.sluice("plan", "--rate", "5000", "--lag", "1ms", "--json", code=1).stdout)["holds"])

    def test_wrong_arguments_say_what_is_allowed(self):
        for arguments, said in (
                (["--rate", "many"], "--rate: 'many' is not a number from 0 to"),
                (["--rate", "-1"], "--rate: '-1' is not a number from 0 to"),
                (["--rate", "0"], "events a second: 0 is not from 0.001 to 100000000"),
                (["--rate", "1", "--handler", "1"], "--handler: '1' is not a duration such as 250ms"),
                (["--rate", "1", "--size", "1kb"], "--size: '1kb' is not a size such as 420B"),
                (["--rate", "1", "--copies", "0"], "--copies: '0' is not a whole number from 1 to 4294967295"),
                (["--rate", "1", "--copies", "16"], "copies: 16 is not from 1 to 15"),
                ([], "--rate is required")):
            self.assertIn(said, self.refused("plan", *arguments), arguments)


if __name__ == "__main__":
    unittest.main()
