#!/usr/bin/env python3
"""The alert rules and the board are made of what a daemon serves, and each alert has its section in the docs."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from harness import Case
from metrics_test import parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "packaging" / "monitoring"
OPERATIONS = ROOT / "docs" / "guide" / "operations.md"
sys.path.insert(0, str(GENERATOR))

import alerts  # noqa: E402
import board  # noqa: E402
import generate  # noqa: E402
import metrics_table  # noqa: E402

FUNCTIONS = {"absent", "and", "by", "histogram_quantile", "increase", "label_values", "or", "rate", "sum", "time"}


def labels_used(expression):
    """Of matchers, groupings and templates."""
    used = set(re.findall(r"(\w+)=~?\"", expression))
    for names in re.findall(r"\bby \(([^)]*)\)", expression):
        used |= {name.strip() for name in names.split(",") if name.strip()}
    return used | set(re.findall(r"\$labels\.(\w+)", expression)) | set(re.findall(r"\{\{(\w+)\}\}", expression))


def rules():
    return [rule for group in generate.rules("docs")["groups"] for rule in group["rules"]]


def targets():
    """(panel's title, target) of every target on the board."""
    return [(panel["title"], target) for panel in board.board()["panels"] for target in panel.get("targets", [])]


class AgainstADaemon(Case):
    def setUp(self):
        super().setUp()
        self.write_every_kind()
        self.families = parse(self.daemon().management("/metrics")[2])
        self.series = {name for family in self.families.values() for name, _ in family.samples}

    def labels_of(self, names):
        found = set()
        for family in self.families.values():
            for name, labels in family.samples:
                if name in names:
                    found |= {label.split("=", 1)[0] for label in labels}
        return found

    def check(self, where, expression, more=""):
        names = metrics_table.named_in(expression)
        self.assertTrue(names, f"{where} names no metric")
        of_relays = metrics_table.read(metrics_table.OF_RELAYS)  # tests/outbox holds it to their page
        for name in names:
            self.assertIn(name, {*self.series, *of_relays}, where)
        self.assertLessEqual(labels_used(expression + more), self.labels_of(names), where)

    def test_every_alert_is_made_of_series_and_labels_that_are_served(self):
        for rule in rules():
            notes = rule["annotations"]
            self.check(rule["alert"], rule["expr"], notes["summary"] + notes["description"])

    def test_every_panel_is_made_of_series_and_labels_that_are_served(self):
        for title, target in targets():
            self.check(title, target["expr"], target["legendFormat"])

    def test_every_state_that_is_asked_for_is_served(self):
        asked = {pair for rule in rules() for pair in re.findall(r'(\w+)\{state=("\w+")\}', rule["expr"])}
        for metric, state in asked:
            served = {label for _, labels in self.families[metric].samples for label in labels}
            self.assertIn(f"state={state}", served, metric)
        self.assertEqual({("sluice_consumer_status", f'"{state}"') for state in ("stopped", "stalled", "rewound", "slow")}
                         | {("sluice_saga_open", '"stuck"')}, asked)

    def test_the_table_knows_the_kind_and_the_labels_of_each_metric(self):
        table = metrics_table.read()
        self.assertEqual(sorted(self.families), sorted(table))
        for name, metric in table.items():
            self.assertEqual(self.families[name].kind, metric.kind, name)
            names = {name} | {name + suffix for suffix in metrics_table.HISTOGRAM_SUFFIXES}
            extra = {"le", "version", "state", "messaging_operation_name", "messaging_system"}
            self.assertEqual(set(metric.labels), self.labels_of(names) - extra, name)

    def test_a_limit_stands_beside_whatever_is_divided_by_it(self):
        for used, limit in re.findall(r"(\w+) / (\w+) >", " ".join(rule["expr"] for rule in rules())):
            self.assertEqual(self.labels_of({used}), self.labels_of({limit}), limit)
            self.assertIn("limit", limit)
            values = [value for (name, _), value in self.families[limit].samples.items() if name == limit]
            self.assertTrue(all(value > 0 for value in values), limit)


class Rules(unittest.TestCase):
    def test_each_is_whole_and_named_once(self):
        names = [rule["alert"] for rule in rules()]
        self.assertEqual(sorted(set(names)), sorted(names))
        self.assertEqual(len(alerts.GROUPS), len({group["name"] for group in generate.rules("d")["groups"]}))
        for rule in rules():
            self.assertEqual({"alert", "expr", "for", "labels", "annotations"}, set(rule))
            self.assertRegex(rule["alert"], r"^Sluice[A-Za-z]+$")
            self.assertRegex(rule["for"], r"^\d+[smhd]$")
            self.assertIn(rule["labels"]["severity"], ("critical", "warning"))
            self.assertEqual({"summary", "description", "runbook_url"}, set(rule["annotations"]))
            for note in rule["annotations"].values():
                self.assertEqual(note.count("{{"), note.count("}}"), note)
            self.assertGreater(len(rule["annotations"]["description"]), 40, rule["alert"])

    def test_expressions_are_balanced_and_of_known_words(self):
        for expression in [rule["expr"] for rule in rules()] + [target["expr"] for _, target in targets()]:
            for pair in ("()", "[]", "{}"):
                self.assertEqual(expression.count(pair[0]), expression.count(pair[1]), expression)
            bare = re.sub(r'"[^"]*"|\[[^]]*\]', "", expression)
            words = set(re.findall(r"[a-z_]+(?=\s*\()", bare)) - {""}
            self.assertLessEqual(words, FUNCTIONS, expression)

    def test_each_has_its_section_and_each_section_its_alert(self):
        text = OPERATIONS.read_text(encoding="utf-8")
        sections = re.findall(r"^### (\w+)$", text, re.MULTILINE)
        self.assertEqual([rule["alert"] for rule in rules()], sections)
        for rule in rules():
            page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
            self.assertEqual(("docs/guide/operations.md", rule["alert"].lower()), (page, anchor))
        for anchor in re.findall(r"\]\(#(\w+)\)", text):
            self.assertIn(anchor, [name.lower() for name in sections])


class Board(unittest.TestCase):
    def test_panels_have_a_place_of_their_own(self):
        panels = board.board()["panels"]
        self.assertEqual(len(panels), len({panel["id"] for panel in panels}))
        taken = set()
        for panel in panels:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
            taken |= cells

    def test_it_asks_for_a_data_source_and_targets_have_letters_of_their_own(self):
        made = board.board()
        self.assertEqual(["datasource", "domain"], [one["name"] for one in made["templating"]["list"]])
        for panel in made["panels"]:
            letters = [target["refId"] for target in panel.get("targets", [])]
            self.assertEqual(len(letters), len(set(letters)), panel["title"])


class Generate(unittest.TestCase):
    def run_generator(self, *arguments):
        folder = tempfile.TemporaryDirectory(prefix="sluice-monitoring-")
        self.addCleanup(folder.cleanup)
        subprocess.run([sys.executable, GENERATOR / "generate.py", folder.name, *arguments], check=True, timeout=60)
        return pathlib.Path(folder.name)

    def test_it_writes_both_and_again_the_same(self):
        first, second = self.run_generator(), self.run_generator()
        names = ["sluice.board.json", "sluice.rules.yaml"]
        self.assertEqual(names, sorted(path.name for path in first.iterdir()))
        for name in names:
            self.assertEqual((first / name).read_bytes(), (second / name).read_bytes())
        self.assertEqual(board.board(), json.loads((first / names[0]).read_text(encoding="utf-8")))

    def test_the_rules_are_yaml_with_the_docs_where_they_are_asked_for(self):
        text = (self.run_generator("--docs", "https://docs.example") / "sluice.rules.yaml").read_text(encoding="utf-8")
        self.assertEqual(len(rules()), text.count("https://docs.example/guide/operations.md#sluice"))
        for line in text.splitlines()[1:]:
            self.assertRegex(line, r'^ *(- )?[a-z_]+:( "([^"\\]|\\.)*")?$')
        try:
            import yaml
        except ImportError:
            self.skipTest("no python3-yaml to read it with")
        self.assertEqual(generate.rules("https://docs.example"), yaml.safe_load(text))

    def test_a_metric_that_the_table_does_not_have_is_refused(self):
        with self.assertRaises(KeyError):
            metrics_table.family_of("sluice_nothing_total", metrics_table.read())
        with self.assertRaises(KeyError):
            metrics_table.family_of("sluice_released_total_bucket", metrics_table.read())


if __name__ == "__main__":
    unittest.main()
