#!/usr/bin/env python3
"""From one row of the table of metrics to what Grafana draws and Prometheus alerts on."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "monitoring"
sys.path.insert(0, str(FOLDER))

import alerts  # noqa: E402
import board  # noqa: E402
import generate  # noqa: E402
import metrics_table  # noqa: E402
from metrics_table import Metric  # noqa: E402

TABLE = """# Metrics

`sluice_not_a_row_total` is named in a text.

## Of all

| metric | what |
| --- | --- |
| `sluice_events` | Events. |

## The sequencer: `domain`, `stage`

| `sluice_done_total` | Done: 3 | 4. |
| `sluice_step_seconds` | A step: histogram. |
| `other_total` | Of another program. |
| `sluice_open` | Never closed.

## Later

| `messaging_size_bytes` | Of a message: histogram, not yet. |
"""


class Table(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "metrics.md"
            path.write_text(text, encoding="utf-8")
            return metrics_table.read(path)

    def test_rows_have_the_labels_of_their_heading(self):
        self.assertEqual({
            "sluice_events": Metric("sluice_events", "Events.", ()),
            "sluice_done_total": Metric("sluice_done_total", "Done: 3 | 4.", ("domain", "stage")),
            "sluice_step_seconds": Metric("sluice_step_seconds", "A step: histogram.", ("domain", "stage")),
            "messaging_size_bytes": Metric("messaging_size_bytes", "Of a message: histogram, not yet.", ()),
        }, self.read(TABLE))
        self.assertEqual({}, self.read(""))

    def test_kinds_and_units_follow_from_name_and_text(self):
        for name, text, kind, unit in (
                ("sluice_a_total", "", "counter", "short"), ("sluice_a_bytes_total", "", "counter", "bytes"),
                ("sluice_a_seconds", "X: histogram.", "histogram", "s"), ("sluice_a_seconds", "X.", "gauge", "s"),
                ("sluice_a_timestamp_seconds", "", "gauge", "dateTimeAsIso"), ("sluice_a_totals", "", "gauge", "short")):
            metric = Metric(name, text, ())
            self.assertEqual((kind, unit), (metric.kind, metric.unit), name)

    def test_a_series_belongs_to_its_histogram_and_to_nothing_else(self):
        known = self.read(TABLE)
        for suffix in metrics_table.HISTOGRAM_SUFFIXES:
            self.assertEqual("sluice_step_seconds", metrics_table.family_of("sluice_step_seconds" + suffix, known).name)
            for other in ("sluice_events", "sluice_done_total", "messaging_size_bytes", "sluice_none"):
                with self.assertRaises(KeyError):
                    metrics_table.family_of(other + suffix, known)

    def test_names_in_an_expression_are_told_once_in_order(self):
        self.assertEqual(["messaging_b", "sluice_a_total"], metrics_table.named_in(
            'rate(sluice_a_total{x="1"}[5m]) / messaging_b > sluice_a_total or up or my_sluice_c'))


class Drawn(unittest.TestCase):
    def test_each_kind_is_asked_for_in_its_way(self):
        both, none = ("domain", "stage"), ()
        for metric, expression in (
                (Metric("sluice_a", "", none), "sum (sluice_a)"),
                (Metric("sluice_a", "", ("stage",)), "sum by (stage) (sluice_a)"),
                (Metric("sluice_a", "", both), 'sum by (domain, stage) (sluice_a{domain=~"$domain"})'),
                (Metric("sluice_a_total", "", none), "sum (rate(sluice_a_total[$__rate_interval]))"),
                (Metric("sluice_a_seconds", "X: histogram.", ("domain",)),
                 "histogram_quantile(0.99, sum by (le, domain) "
                 '(rate(sluice_a_seconds_bucket{domain=~"$domain"}[$__rate_interval])))'),
                (Metric("sluice_a_timestamp_seconds", "", none), "time() - (sluice_a_timestamp_seconds > 0)"),
                (Metric("sluice_consumer_status", "", ("domain",)), 'sluice_consumer_status{domain=~"$domain"} == 1')):
            self.assertEqual(expression, board.expression(metric))

    def test_a_legend_tells_lines_of_a_panel_apart(self):
        one, two = Metric("sluice_a_b_total", "", ("domain",)), Metric("sluice_c", "", ())
        self.assertEqual("{{domain}}", board.legend(one, [one]))
        self.assertEqual("{{domain}} a b", board.legend(one, [one, two]))
        self.assertEqual("c", board.legend(two, [two]))
        status = Metric("sluice_consumer_status", "", ("domain", "stage"))
        self.assertEqual("{{domain}} {{stage}} {{state}}", board.legend(status, [status]))

    def test_counters_are_drawn_by_the_second_and_moments_as_ages(self):
        for name, unit in (("sluice_a_total", "ops"), ("sluice_a_bytes_total", "Bps"), ("sluice_a_bytes", "bytes"),
                           ("sluice_a_timestamp_seconds", "s"), ("sluice_a", "short")):
            self.assertEqual(unit, board.unit(Metric(name, "", ())), name)

    def test_lines_of_one_panel_have_one_unit(self):
        known = metrics_table.everything()
        for row in board.ROWS.values():
            for title, names in row:
                self.assertEqual(1, len({board.unit(known[name]) for name in names}), title)

    def test_a_metric_that_the_table_does_not_have_is_no_panel(self):
        with mock.patch.object(board, "ROWS", {"Row": [("Panel", ["sluice_none"])]}), self.assertRaises(KeyError):
            board.panels({})

    def test_rows_of_any_length_lie_below_each_other_without_a_hole(self):
        seed = int(os.environ.get("SLUICE_SEED", random.randrange(2 ** 32)))
        draw = random.Random(seed)
        for _ in range(200):
            lengths = [draw.randrange(9) for _ in range(draw.randrange(1, 5))]
            rows = {f"Row {at}": [("Panel", ["sluice_a"])] * length for at, length in enumerate(lengths)}
            with mock.patch.object(board, "ROWS", rows):
                made = board.panels({"sluice_a": Metric("sluice_a", "A.", ())})
            said = f"{lengths}; rerun with SLUICE_SEED={seed}"
            self.assertEqual(list(range(1, sum(lengths) + len(lengths) + 1)), [one["id"] for one in made], said)
            heads = [one["gridPos"]["y"] for one in made if one["type"] == "row"]
            expected, y = [], 0
            for length in lengths:
                expected.append(y)
                y += 1 + (length + 2) // 3 * board.HEIGHT
            self.assertEqual(expected, heads, said)


class Alerts(unittest.TestCase):
    def test_conditions_are_written_as_prometheus_reads_them(self):
        self.assertEqual('sluice_consumer_status{state="slow"} == 1', alerts.is_in("slow"))
        self.assertEqual("increase(a_total[15m]) > 0", alerts.grew("a_total"))
        self.assertEqual("increase(a_total[1h]) > 0", alerts.grew("a_total", "1h"))
        self.assertEqual("a > 0 and time() - a > 900", alerts.age_of("a", 900))
        self.assertEqual("a / b > 0.8", alerts.full("a", "b", 0.8))
        self.assertEqual("histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m]))) > 1", alerts.quantile("a", (), 1))
        self.assertEqual("histogram_quantile(0.99, sum by (le, x, y) (rate(a_bucket[1h]))) > 2",
                         alerts.quantile("a", ("x", "y"), 2, "1h"))

    def rules_of(self, expr):
        one = alerts.Alert("SluiceOne", expr, "1m", "warning", "one", "Look.")
        with mock.patch.object(alerts, "GROUPS", {"group": [one]}):
            return generate.rules("https://docs.example")

    def test_a_rule_has_all_that_is_known_of_its_alert(self):
        self.assertEqual({"groups": [{"name": "group", "rules": [{
            "alert": "SluiceOne", "expr": "sluice_holes_total > 0", "for": "1m", "labels": {"severity": "warning"},
            "annotations": {"summary": "one", "description": "Look.",
                            "runbook_url": "https://docs.example/guide/operations.md#sluiceone"}}]}]},
            self.rules_of("sluice_holes_total > 0"))

    def test_a_rule_of_a_metric_that_the_table_does_not_have_is_none(self):
        for expr in ("sluice_hole_total > 0", "sluice_holes_total > sluice_none", "sluice_holes_total_bucket > 0"):
            with self.assertRaises(KeyError, msg=expr):
                self.rules_of(expr)


class Yaml(unittest.TestCase):
    def test_lists_and_objects_are_indented_and_texts_quoted(self):
        self.assertEqual('\na:\n  - b: "1"\n    c: "2"\n  - "x"\nd: "y"',
                         generate.to_yaml({"a": [{"b": "1", "c": "2"}, "x"], "d": "y"}))

    def test_whatever_a_text_holds_it_stays_on_its_line(self):
        for text in ("", "a: b", "- a", "# no comment", 'say "so"', "back\\slash", "{{ $value }}", "two\nlines", "80 % é"):
            line = generate.to_yaml({"a": text})
            self.assertEqual(1, line.count("\n"), text)
            self.assertEqual(text, json.loads(line.removeprefix("\na: ")))


class CommandLine(unittest.TestCase):
    def test_it_asks_for_a_place_and_writes_nowhere_else(self):
        ran = subprocess.run([sys.executable, FOLDER / "generate.py"], capture_output=True, text=True, check=False)
        self.assertEqual(2, ran.returncode)
        self.assertIn("the following arguments are required: out", ran.stderr)

    def test_the_place_is_made(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "a" / "b"
            subprocess.run([sys.executable, FOLDER / "generate.py", out], check=True)
            self.assertEqual(2, len(list(out.iterdir())))


if __name__ == "__main__":
    unittest.main()
