#!/usr/bin/env python3
"""contract guide and usage: a site whose links lead somewhere, and who can see which field."""

import html.parser
import json
import pathlib
import unittest

from harness import CONFIG, CONTRACT, Case

PERSONAL = CONTRACT.replace("{amount: {type: integer}}",
                            "{amount: {type: integer}, email: {type: string, x-sluice: {personal: true}}}")
SUBSCRIPTIONS = CONFIG + """\
  - {name: review, domain: shop, file: r.jsonl, types: [order.placed], keep: [/amount], filters: [{exact: {source: /orders}}]}
  - {name: crm, domain: shop, file: c.jsonl, types: [order.placed], personal: true}
"""


class Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src")]


class Guide(Case):
    def setUp(self):
        super().setUp()
        self.write("shop.yaml", PERSONAL)
        self.write("sluice.yaml", SUBSCRIPTIONS)

    def test_every_page_is_written_and_every_link_leads_to_one(self):
        told = self.sluice("contract", "guide", "shop.yaml", "--out", "made/guide", "-c", "sluice.yaml").stdout
        self.assertEqual("16 files about 2 event types: open made/guide/index.html\n", told)
        root = self.dir / "made" / "guide"
        pages = list(root.rglob("*.html"))
        self.assertEqual(7, len(pages))
        links = 0
        for page in pages:
            for link in Links(page.read_text()).found:
                self.assertTrue((page.parent / link).resolve().is_file(), f"{page}: {link}")
                links += 1
        self.assertGreater(links, 15)

    def test_it_shows_who_gets_what(self):
        self.sluice("contract", "guide", "shop.yaml", "--out", "guide", "-c", "sluice.yaml")
        page = (self.dir / "guide" / "en" / "events" / "order.placed.md").read_text()
        self.assertIn('| `review` | `[{"exact":{"source":"/orders"}}]` | `/amount` |', page)
        self.assertIn("| `crm` |  | everything |", page)
        self.assertIn("| `audit` |  | everything but personal data |", page)
        other = (self.dir / "guide" / "en" / "events" / "order.cancelled.md").read_text()
        self.assertNotIn("review", other)

    def test_again_it_replaces_its_files_and_leaves_others(self):
        self.sluice("contract", "guide", "shop.yaml", "--out", "guide", "-c", "sluice.yaml")
        (self.dir / "guide" / "mine.txt").write_text("mine")
        self.sluice("contract", "guide", "shop.yaml", "--out", "guide")
        page = (self.dir / "guide" / "en" / "events" / "order.placed.md").read_text()
        self.assertIn("No subscription is known.", page)
        self.assertEqual("mine", (self.dir / "guide" / "mine.txt").read_text())

    def test_a_sample_can_be_published_as_it_stands(self):
        """The event of the curl line is one that the daemon takes."""
        self.sluice("contract", "guide", "shop.yaml", "--out", "guide")
        page = (self.dir / "guide" / "en" / "events" / "order.placed.md").read_text()
        event = json.loads(page.split("-d '")[1].split("'\n```")[0])
        self.write("one.jsonl", json.dumps(event) + "\n")
        self.assertIn("1", self.sluice("publish", "one.jsonl", "-c", "sluice.yaml").stdout)

    def test_what_cannot_be_read_or_written_is_said(self):
        self.write("in-the-way", "a file")
        self.assertIn("in-the-way", self.refused("contract", "guide", "shop.yaml", "--out", "in-the-way", code=3))
        self.assertIn("no.yaml", self.refused("contract", "guide", "no.yaml", "--out", "guide", code=4))
        self.assertIn("--out", self.refused("contract", "guide", "shop.yaml"))
        self.assertFalse(pathlib.Path(self.dir / "guide").exists())


class Usage(Case):
    def setUp(self):
        super().setUp()
        self.write("shop.yaml", PERSONAL)
        self.write("sluice.yaml", SUBSCRIPTIONS)

    def test_each_field_has_its_readers(self):
        told = self.sluice("contract", "usage", "shop.yaml", "-c", "sluice.yaml").stdout
        self.assertEqual("order.placed /amount: audit, review, crm\norder.placed /email: crm\n", told)

    def test_a_field_that_nobody_reads(self):
        self.write("sluice.yaml", SUBSCRIPTIONS.replace(", personal: true", ", types: [order.cancelled]").replace(
            "name: crm, domain: shop, file: c.jsonl, types: [order.placed]", "name: crm, domain: shop, file: c.jsonl"))
        found = json.loads(self.sluice("contract", "usage", "shop.yaml", "-c", "sluice.yaml", "--json").stdout)
        self.assertEqual([{"type": "order.placed", "path": "/amount", "readers": ["audit", "review"]},
                          {"type": "order.placed", "path": "/email", "readers": []}], found)

    def test_it_asks_for_the_configuration(self):
        self.assertIn("--config", self.refused("contract", "usage", "shop.yaml"))


if __name__ == "__main__":
    unittest.main()
