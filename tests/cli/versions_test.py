#!/usr/bin/env python3
"""docs/guide/versions.md, block by block; and what a subscription that asks for versions gets, by every kind of sink."""

import json
import pathlib
import re
import unittest

from curl_test import Shell, blocks, pattern
from harness import BINARY, CONFIG, CONTRACT, Case, event, wait_until
from push_harness import PushCase

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guide" / "versions.md"
LOOKS = ("grep ", "sluice why ")  # what they show may take a moment to be there
URI = "https://shop.example/order.placed/2"

# Version 1 has an amount in whole units, 2 in cents.
VERSIONED = CONTRACT.replace("""\
      payload: {type: object, required: [amount], properties: {amount: {type: integer}}}
""", """\
      payload: {type: object, required: [cents], properties: {cents: {type: integer, maximum: 1000000}}}
      x-sluice:
        versions:
          1:
            payload: {type: object, required: [amount], properties: {amount: {type: integer, maximum: 10000}}}
            up: 'if .amount == 13 then error("no cents for \\(.amount)") else {cents: (.amount * 100)} end'
          2: {dataschema: 'https://shop.example/order.placed/2', down: '{amount: (.cents / 100 | floor)}'}
""")
ASKS = ", versions: {order.placed: 2}"


def newer(subject, number, cents):
    return event(subject, number, data={"cents": cents}, dataschema=URI)


def shown(one):
    """What a consumer goes by: its number, its version and its data."""
    return one["id"], one.get("dataschema"), one["data"]


class Page(Case):
    def setUp(self):
        super().setUp()
        self.page = PAGE.read_text(encoding="utf-8")
        self.shell = Shell(self.dir)
        self.addCleanup(self.shell.close)
        self.shell.run(f"export PATH={pathlib.Path(BINARY).resolve().parent}:$PATH")
        self.server = None

    def serve(self):
        if self.server is not None:
            self.assertEqual(0, self.server.stop())
        self.server = self.daemon()

    def look(self, command, expected):
        """Runs it; what only shows something, again until it is there."""
        answer = self.shell.run(command)
        if command.startswith(LOOKS) and not expected.fullmatch(answer):
            wait_until(lambda: expected.fullmatch(self.shell.run(command)), f"{command}: {answer}")
            return
        self.assertRegex(answer, re.compile(r"\A" + expected.pattern + r"\Z", re.DOTALL))
        if "publish" in command and self.server is not None:
            self.server.settle()  # the page tells it one after another

    def test_every_block_does_what_the_page_says(self):
        ran, todo = 0, list(blocks(self.page))
        while todo:
            language, text = todo.pop(0)
            ran += 1
            if language == "yaml":
                self.write(re.match(r"# (\S+)\n", text).group(1), text)
            elif text == "sluice serve\n":
                self.serve()
            else:
                self.assertEqual("sh", language, text)
                answered = bool(todo) and todo[0][0] in ("text", "json")
                self.look(text, pattern(todo.pop(0)[1] if answered else ""))
                ran += answered
        self.assertEqual(30, ran)
        self.assertEqual(4, len((self.dir / "books.jsonl").read_text(encoding="utf-8").splitlines()))

    def test_its_links_lead_somewhere(self):
        for link in re.findall(r"\]\(([^)#]+)", self.page):
            self.assertTrue((PAGE.parent / link).exists(), link)
        self.assertIn("guide/versions.md", (ROOT / "docs" / "README.md").read_text(encoding="utf-8"))


class Asked(Case):
    def setUp(self):
        super().setUp()
        self.write("shop.yaml", VERSIONED)

    def configure(self, *subscriptions):
        self.write("sluice.yaml", CONFIG + "".join(f"  - {{name: {one}}}\n" for one in subscriptions))

    def test_files_topics_and_clients_that_pull_get_the_version_that_they_ask_for(self):
        self.configure("file, domain: shop, file: file.jsonl" + ASKS,
                       "old, domain: shop, file: old.jsonl, versions: {order.placed: 1}",
                       "team, domain: shop, topic: {name: team.orders, partitions: 1}" + ASKS,
                       "pulled, domain: shop, sink: {pull: {}}" + ASKS)
        self.publish(event("a", 1, data={"amount": 3}), newer("a", 2, 450), event("a", 3, "order.cancelled"))
        server = self.daemon()
        wait_until(lambda: len(self.lines("file")) == len(self.lines("old")) == len(self.audit()) == 3, "files have them")
        new = [("a-1", URI, {"cents": 300}), ("a-2", URI, {"cents": 450}), ("a-3", None, {"amount": 3})]
        self.assertEqual(new, [shown(one) for one in self.lines("file")])
        self.assertEqual([("a-1", None, {"amount": 3}), ("a-2", None, {"amount": 4}), ("a-3", None, {"amount": 3})],
                         [shown(one) for one in self.lines("old")])
        self.assertEqual([("a-1", None, {"amount": 3}), ("a-2", URI, {"cents": 450}), ("a-3", None, {"amount": 3})],
                         [shown(one) for one in self.audit()], "who asks for none gets what was published")
        wait_until(lambda: len(self.read("team.orders")) == 3, "the topic has them")
        self.assertEqual(new, [shown(one) for one in self.read("team.orders")])
        status, pulled = server.api("/v1/subscriptions/pulled/pull?max=100&wait=10s", "")
        self.assertEqual(200, status)
        self.assertEqual(new, [shown(one) for one in pulled["leases"][0]["events"]])

    def test_what_cannot_be_cast_parks_its_subject_and_a_mended_program_mends_it(self):
        self.configure("file, domain: shop, file: file.jsonl" + ASKS)
        self.publish(event("a", 1, data={"amount": 13}), newer("a", 2, 1), event("b", 1, data={"amount": 1}))
        server = self.daemon()
        server.settle()
        wait_until(lambda: "parked" in self.sluice("why", "a").stdout, "a is parked")
        self.assertIn("order.placed 1 to 2: no cents for 13", self.sluice("why", "a").stdout)
        wait_until(lambda: len(self.lines("file")) == 1, "b goes on")
        kept = [json.loads(line) for line in self.sluice("show", "a", "-S", "file").stdout.splitlines()]
        self.assertEqual({"amount": 13}, kept[0]["data"], "it is kept as it was published")
        self.assertEqual(0, server.stop())
        self.write("shop.yaml", VERSIONED.replace("== 13", "== 14"))
        self.daemon()
        self.sluice("redrive", "a", "-S", "file", "--by", "alice", "--reason", "mended", "--yes")
        wait_until(lambda: len(self.lines("file")) == 3, "a goes")
        self.assertEqual([("b-1", URI, {"cents": 100}), ("a-1", URI, {"cents": 1300}), ("a-2", URI, {"cents": 1})],
                         [shown(one) for one in self.lines("file")])

    def test_filters_fields_and_programs_see_the_version_that_is_asked_for(self):
        self.configure(
            "large, domain: shop, file: large.jsonl, filters: [{urn:sluice:data: {/cents: {at_least: 400}}}]" + ASKS,
            "thin, domain: shop, file: thin.jsonl, types: [order.placed], keep: [/cents]" + ASKS,
            "made, domain: shop, file: made.jsonl, types: [order.placed], jq: '{euro: (.cents / 100)}'" + ASKS)
        self.publish(event("a", 1, data={"amount": 3, "note": "x"}), event("a", 2, data={"amount": 4}), newer("a", 3, 900))
        self.daemon()
        wait_until(lambda: len(self.lines("made")) == 3, "all are there")
        self.assertEqual([{"euro": 3}, {"euro": 4}, {"euro": 9}], [one["data"] for one in self.lines("made")])
        self.assertEqual([{"cents": 300}, {"cents": 400}, {"cents": 900}], [one["data"] for one in self.lines("thin")])
        wait_until(lambda: len(self.lines("large")) == 2, "the large ones")
        self.assertEqual(["a-2", "a-3"], [one["id"] for one in self.lines("large")])

    def test_what_cannot_be_had_is_refused_before_anything_starts(self):
        wrong = {
            "{order.placd: 2}": "versions: 'order.placd' is no type of shop; did you mean 'order.placed'?; there are: "
                                "order.cancelled, order.placed",
            "{order.placed: 3}": "versions: order.placed has no version 3; there are 1 to 2",
            "{order.cancelled: 1}": "versions: order.cancelled has no versions in the contract of shop: leave it out",
            "{order.placed: newest}": "/subscriptions/1/versions/order.placed: 'newest' is not a whole number from 1 to 1000",
            "{}": "/subscriptions/1/versions: is empty: name a type and its version",
            "{order.placed: 2}, types: [order.cancelled]": "versions: order.placed is none of its types; there are: order.cancelled",
        }
        for versions, said in wrong.items():
            self.configure("x, domain: shop, file: x.jsonl, versions: " + versions)
            self.assertIn(said, self.refused("config", "check"))
            self.assertIn(said, self.refused("serve"))
        contracts = {
            VERSIONED.replace("down: '{amount: (.cents / 100 | floor)}'", ""):
                "versions: version 2 of order.placed cannot be made 1: give version 2 a jq program 'down' in the contract",
            VERSIONED.replace("down: '{amount: (.cents / 100 | floor)}'", "down: '{amont: 1}'"):
                "which version 1 does not take: data: ",
            VERSIONED.replace("down: '{amount: (.cents / 100 | floor)}'", "down: '{amount'"):
                "/components/messages/placed/x-sluice/versions/2/down: syntax error",
        }
        self.configure("x, domain: shop, file: x.jsonl, versions: {order.placed: 1}")
        for contract, said in contracts.items():
            self.write("shop.yaml", contract)
            self.assertIn(said, self.refused("config", "check"))
            self.assertIn(said, self.refused("serve"))
        self.assertFalse((self.dir / "data").exists())

    def test_lint_names_who_is_not_protected(self):
        self.configure("asks, domain: shop, file: a.jsonl" + ASKS)
        told = self.sluice("contract", "lint", "shop.yaml", "-c", "sluice.yaml", code=1).stdout
        self.assertRegex(told, r"sluice\.yaml:6:5: /subscriptions/0: audit takes order\.placed, which has the versions 1 to 2, "
                               r"and asks for none: .* \[version-not-asked\]")
        self.assertEqual(1, told.count("[version-not-asked]"))
        self.assertNotIn("version-not-asked", self.sluice("contract", "lint", "shop.yaml", code=1).stdout)
        self.refused("contract", "lint", "shop.yaml", "-c", "nowhere.yaml", code=4)

    def test_the_guide_shows_who_asks_for_which(self):
        self.configure("asks, domain: shop, file: a.jsonl" + ASKS)
        self.sluice("contract", "guide", "shop.yaml", "--out", "guide", "-c", "sluice.yaml")
        page = (self.dir / "guide" / "en" / "events" / "order.placed.md").read_text(encoding="utf-8")
        self.assertIn(f"| 2 | `{URI}` | 1 | `asks` |", page)
        self.assertIn("Take whatever version comes: `audit`.", page)

    def lines(self, name):
        path = self.dir / f"{name}.jsonl"
        if not path.exists():
            return []
        text = path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]


class Pushed(PushCase):
    def test_an_endpoint_gets_the_version_that_its_subscription_asks_for(self):
        self.write("shop.yaml", VERSIONED)
        self.configure(more="    versions: {order.placed: 2}\n")
        self.receive()
        self.publish(event("a", 1, data={"amount": 3}), event("a", 2, data={"amount": 13}), event("b", 1, data={"amount": 4}))
        self.daemon().settle()
        wait_until(lambda: "no cents for 13" in self.sluice("why", "a").stdout, "a is parked")
        wait_until(lambda: len(self.received()) == 2, "the others came")
        text = json.dumps(self.received())
        self.assertEqual(2, text.count(URI))
        self.assertIn("300", text)
        self.assertNotIn("amount", text)


if __name__ == "__main__":
    unittest.main()
