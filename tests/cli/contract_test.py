#!/usr/bin/env python3
"""contract check, diff and lint: what they find, whom it hits, and the exit codes that CI goes by."""

import json
import unittest

from harness import CONFIG, CONTRACT, Case

AMOUNT = "{type: object, required: [amount], properties: {amount: {type: integer}}}"
WIDER = "{type: object, required: [amount], properties: {amount: {type: number}, note: {type: string}}}"
STRICTER = "{type: object, required: [amount, id], properties: {amount: {type: integer}, id: {type: string}}}"


class Contract(Case):
    def setUp(self):
        super().setUp()
        self.write("v2.yaml", CONTRACT.replace(AMOUNT, WIDER))
        self.write("v3.yaml", CONTRACT.replace(AMOUNT, STRICTER))

    def test_a_contract_is_compatible_with_itself(self):
        self.assertEqual("shop.yaml is fully compatible with shop.yaml\n",
                         self.sluice("contract", "check", "shop.yaml", "shop.yaml").stdout)
        self.assertEqual("", self.sluice("contract", "diff", "shop.yaml", "shop.yaml").stdout)

    def test_each_finding_says_where_what_and_how_to_fix_it(self):
        self.sluice("contract", "check", "shop.yaml", "v2.yaml", "--mode", "backward")
        told = self.sluice("contract", "check", "shop.yaml", "v2.yaml", code=1).stdout
        self.assertIn("order.placed /amount: may be number, and integer is due\n"
                      "    forward: a consumer that goes by shop.yaml cannot take the new events\n    fix: ", told)
        self.assertTrue(told.endswith("1 finding\n"), told)
        told = self.sluice("contract", "check", "shop.yaml", "v3.yaml", "--mode", "backward", code=1).stdout
        self.assertIn("order.placed /id: may be absent, and is required", told)

    def test_it_says_which_subscriptions_are_hit(self):
        self.write("sluice.yaml", CONFIG + "  - {name: thin, domain: shop, file: t.jsonl, keep: [/note]}\n"
                   "  - {name: gone, domain: shop, file: g.jsonl, types: [order.cancelled]}\n")
        found = json.loads(self.sluice("contract", "check", "shop.yaml", "v2.yaml", "-c", "sluice.yaml", "--json",
                                       code=1).stdout)
        self.assertEqual([("order.placed", "/amount", "forward", ["audit"])],
                         [(one["type"], one["path"], one["direction"], one["hits"]) for one in found])
        told = self.sluice("contract", "check", "shop.yaml", "v2.yaml", "-c", "sluice.yaml", code=1).stdout
        self.assertIn("    hits: audit\n", told)

    def test_a_folder_is_all_that_there_were(self):
        (self.dir / "old").mkdir()
        self.write("old/1.yaml", CONTRACT)
        self.write("old/2.yaml", CONTRACT.replace(AMOUNT, WIDER))
        told = self.sluice("contract", "check", "old", "shop.yaml", "--mode", "backward", code=1).stdout
        self.assertIn("backward: events as old/2.yaml has them", told)
        self.assertNotIn("old/1.yaml", told)
        (self.dir / "empty").mkdir()
        self.assertIn("empty: no contract", self.refused("contract", "check", "empty", "shop.yaml", code=4))

    def test_diff_tells_everything_that_has_changed(self):
        self.assertEqual(["order.placed /amount: type \"integer\" became \"number\"", "order.placed /note: is new"],
                         sorted(self.sluice("contract", "diff", "shop.yaml", "v2.yaml").stdout.splitlines()))

    def test_lint_advises(self):
        told = self.sluice("contract", "lint", "shop.yaml", code=1).stdout
        self.assertIn("[no-description]", told)
        self.assertRegex(told, r"shop\.yaml:\d+:\d+: /components/messages/placed/payload/properties/amount: /amount has no "
                               r"description: say what it means, and in which unit \[field-no-description\]")

    def test_wrong_arguments_and_broken_contracts_are_refused(self):
        self.write("broken.yaml", "asyncapi: 1.0.0")
        self.assertIn("broken.yaml:1:", self.refused("contract", "check", "shop.yaml", "broken.yaml"))
        self.assertIn("broken.yaml:1:", self.refused("contract", "lint", "broken.yaml"))
        self.refused("contract", "check", "nowhere.yaml", "shop.yaml", code=4)
        self.refused("contract", "check", "shop.yaml", "v2.yaml", "--mode", "sideways")
        self.refused("contract")


if __name__ == "__main__":
    unittest.main()
