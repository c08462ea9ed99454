#!/usr/bin/env python3
"""The metrics page is Prometheus text, and docs/reference/metrics.md lists what is on it, each once."""

import math
import pathlib
import re
import unittest

from harness import Case, event, wait_until

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference" / "metrics.md"

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"^({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?\}})? (\S+)$")
OUTBOX = ("sluice_outbox_", "sluice_publish")  # tables, a function, and the metrics of relays, which are no daemon's
SUFFIXES = ("_bucket", "_sum", "_count")


class Family:
    def __init__(self, name, text):
        self.name, self.help, self.kind, self.samples = name, text, None, {}


def parse(page):
    """The families of a page in the text format 0.0.4; raises ValueError where it is not."""
    families, current = {}, None
    if not page.endswith("\n"):
        raise ValueError("the last line does not end")
    for line in page.splitlines():
        if line.startswith("# HELP "):
            name, _, text = line.removeprefix("# HELP ").partition(" ")
            if name in families:
                raise ValueError(f"{name} is there twice")
            current = families[name] = Family(name, text)
        elif line.startswith("# TYPE "):
            name, kind = line.removeprefix("# TYPE ").split(" ")
            if current is None or name != current.name or current.kind is not None or current.samples:
                raise ValueError(f"TYPE out of place: {line}")
            current.kind = kind
        else:
            found = SAMPLE.match(line)
            if not found:
                raise ValueError(f"no sample: {line}")
            name, labels, value = found.groups()
            family = name if current.kind != "histogram" else re.sub(f"({'|'.join(SUFFIXES)})$", "", name)
            if family != current.name or current.kind is None:
                raise ValueError(f"out of place: {line}")
            series = (name, tuple(sorted((labels or "").split(",")))) if labels else (name, ())
            if series in current.samples:
                raise ValueError(f"twice: {line}")
            current.samples[series] = float(value)
    return families


class Metrics(Case):
    def page(self, daemon):
        status, content_type, text = daemon.management("/metrics")
        self.assertEqual((200, "text/plain; version=0.0.4; charset=utf-8"), (status, content_type))
        return parse(text)

    def test_the_page_parses_and_each_family_is_whole(self):
        daemon = self.daemon()
        for family in self.page(daemon).values():
            self.assertIn(family.kind, ("counter", "gauge", "histogram"), family.name)
            self.assertRegex(family.help, r"^\S.*\.$", family.name)
            self.assertTrue(family.samples, family.name)
            self.assertRegex(family.name, r"^(sluice|messaging)_[a-z0-9_]+$")
            self.assertEqual(family.kind == "counter", family.name.endswith("_total"), family.name)
            for (name, _), value in family.samples.items():
                self.assertTrue(math.isfinite(value) and value >= 0, name)

    def test_the_docs_and_the_page_list_the_same_each_once(self):
        rows = re.findall(r"^\| `((?:sluice|messaging)_\w+)` \| (.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
        names = [name for name, _ in rows]
        self.assertEqual(sorted(set(names)), sorted(names))
        self.write_every_kind()
        page = self.page(self.daemon())
        self.assertEqual(sorted(page), sorted(names))
        for name, text in rows:
            self.assertTrue(text.startswith(page[name].help.removesuffix(".")), f"{name}: {text}")

    def test_whatever_the_docs_mention_is_there(self):
        self.write_every_kind()
        page = self.page(self.daemon())
        for path in sorted(DOCS.parents[1].rglob("*.md")):
            for name in re.findall(r"`(sluice_[a-z_]+)(?:\{[^`]*)?`", path.read_text(encoding="utf-8")):
                if not name.startswith(OUTBOX):
                    self.assertIn(name, page, path.name)

    def test_labels_are_few_and_never_a_subject(self):
        daemon = self.daemon()
        self.publish(event("customer-4711", 1), event("customer-4711", 3))
        daemon.settle()
        allowed = {"domain": {"shop"}, "subscription": {"audit", ""}, "version": None, "le": None, "state": None,
                   "stage": {"sequencer", "subscription"}, "messaging_operation_name": {"process"},
                   "messaging_system": {"sluice"}}
        for family in self.page(daemon).values():
            for _, labels in family.samples:
                for label in labels:
                    name, _, value = label.partition("=")
                    self.assertIn(name, allowed, family.name)
                    if allowed[name]:
                        self.assertIn(value.strip('"'), allowed[name], family.name)

    def test_buckets_of_a_histogram_are_cumulative_and_end_at_the_count(self):
        daemon = self.daemon()
        self.publish(event("a", 1))
        daemon.settle()
        histograms = [one for one in self.page(daemon).values() if one.kind == "histogram"]
        self.assertEqual(3, len(histograms))
        for family in histograms:
            buckets, rest = {}, ()
            for (name, labels), value in family.samples.items():
                if name.endswith("_bucket"):
                    bound, = [label for label in labels if label.startswith("le=")]
                    buckets[float(bound.split('"')[1])] = value
                    rest = tuple(label for label in labels if label != bound)
            counts = [buckets[bound] for bound in sorted(buckets)]
            self.assertEqual(sorted(counts), counts, family.name)
            self.assertEqual(family.samples[(f"{family.name}_count", rest)], buckets[math.inf], family.name)
            self.assertGreater(buckets[math.inf], 0, family.name)

    def test_counters_count_what_happened(self):
        daemon = self.daemon()
        before = self.page(daemon)
        self.publish(event("a", 1), event("a", 1), event("a", 3), event("b", 1, "order.cancelled"))
        daemon.settle()

        def value(name, *labels):
            return self.page(daemon)[name].samples[(name, labels)]

        shop, audit = 'domain="shop"', 'subscription="audit"'
        wait_until(lambda: value("sluice_delivered_total", shop, audit) == 2, "a-1 and b-1 are delivered")
        wait_until(lambda: value("sluice_duplicates_total", shop) == 1, "the second a-1 is known")
        self.assertEqual((2, 1), (value("sluice_released_total", shop), value("sluice_waiting_events", shop)))
        self.publish(event("a", 2))
        wait_until(lambda: value("sluice_delivered_total", shop, audit) == 4, "a-2 and a-3 follow")
        self.assertEqual((0, 1), (value("sluice_waiting_events", shop), value("sluice_waited_total", shop)))
        after = self.page(daemon)
        self.assertEqual(sorted(before), sorted(after))
        for name, family in before.items():
            if family.kind == "counter":
                for series, old in family.samples.items():
                    self.assertGreaterEqual(after[name].samples[series], old, name)

    def test_every_series_is_there_from_the_start_at_0(self):
        page = self.page(self.daemon())
        for name in ("sluice_released_total", "sluice_late_total", "sluice_gaps_skipped_total"):
            self.assertEqual({(name, ('domain="shop"',)): 0}, page[name].samples)
        for name in ("sluice_delivered_total", "sluice_retried_total", "sluice_key_parked"):
            self.assertEqual({(name, ('domain="shop"', 'subscription="audit"')): 0}, page[name].samples)


class Parser(unittest.TestCase):
    def test_it_refuses_what_is_no_text_format(self):
        good = "# HELP a A.\n# TYPE a counter\na 1\n"
        self.assertEqual({("a", ()): 1.0}, parse(good)["a"].samples)
        for bad in (good[:-1], good + good, good + "a 2\n", good + "b 1\n", "# TYPE a counter\na 1\n",
                    good.replace("a 1", "a one"), good.replace("a 1", 'a{x=1} 1'), good.replace("a 1", 'a{x="\\d"} 1')):
            with self.assertRaises(ValueError, msg=bad):
                parse(bad)


if __name__ == "__main__":
    unittest.main()
