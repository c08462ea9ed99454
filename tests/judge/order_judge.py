#!/usr/bin/env python3
"""Judges the order of domain `order` from outside: from what `sluice read order.ordered --json` prints and
from acts.csv alone. It shares no code with Sluice and knows nothing of how it works.

    sluice read order.ordered --json | order_judge.py --acts additions/acts.csv

Checked, per event in the order of the lines:
  missing, twice, unexpected   every event of acts.csv exactly once, and no other
  changed                      type, subject, source, number and stamp are those of acts.csv
  position                     positions 1, 2, 3 ... per subject, without a hole
  sequence                     numbers of a source 1, 2, 3 ... per subject
  stamp                        whatever `dependson` names stands at a lower position
  rule                         review.written after a delivery.completed, review.complained after order.placed
  partition                    one partition per subject, its offsets ascending

Exit code 0: all hold. 1: violations. 2: the input cannot be judged.
"""
import argparse
import collections
import csv
import json
import sys

SHOWN = 10
RULES = {"review.written": "delivery.completed", "review.complained": "order.placed"}
COLUMNS = ("order_id", "source", "seq", "type", "depends_on")

Event = collections.namedtuple(
    "Event", "id source type subject sequence stamps position partition offset")
Expected = collections.namedtuple("Expected", "source type subject sequence stamps")


class BadInput(Exception):
    """The input cannot be judged; the text says which file, which line and why."""


def parse_stamps(text):
    """'/orders 3 /deliveries 1' as ((source, number), ...)."""
    words = text.split()
    if len(words) % 2:
        raise ValueError(f"dependson '{text}' is not pairs of source and number")
    return tuple((source, int(number)) for source, number in zip(words[::2], words[1::2]))


def expected_events(rows, name="acts.csv"):
    """The events that acts.csv stands for, by id (docs/commerce/events.md)."""
    reader = csv.DictReader(rows)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise BadInput(f"{name}: no column {', '.join(missing)}; it has {reader.fieldnames}")
    expected = {}
    for row in reader:
        source, stamps = row["source"], ()
        try:
            sequence = None if source == "reviews" else int(row["seq"])
            if source == "deliveries":
                stamps = (("/orders", int(row["depends_on"])),)
            elif row["type"] == "order.returned":
                stamps = (("/deliveries", int(row["depends_on"])),)
        except ValueError as error:
            raise BadInput(f"{name}:{reader.line_num}: {error}") from error
        key = f"{row['order_id']}.{source}.{row['seq']}"
        expected[key] = Expected("/" + source, row["type"], row["order_id"], sequence, stamps)
    return expected


def read_event(line):
    """One line of `sluice read --json`: the event itself, or an object that holds it as `event`."""
    outer = json.loads(line)
    if not isinstance(outer, dict):
        raise ValueError("not a JSON object")
    inner = outer.get("event", outer)

    def member(name):
        return inner[name] if name in inner else outer[name]

    sequence = inner.get("sourcesequence")
    return Event(
        member("id"), member("source"), member("type"), member("subject"),
        None if sequence is None else int(sequence), parse_stamps(inner.get("dependson") or ""),
        int(member("subjectposition")), int(member("partition")), int(member("offset")))


def read_events(lines, name="input"):
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield read_event(line)
        except KeyError as error:
            raise BadInput(f"{name}:{number}: no member {error}") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise BadInput(f"{name}:{number}: {error}") from error


class Subject:
    """What has been seen of one subject."""
    __slots__ = ("partition", "position", "numbers", "types")

    def __init__(self, partition):
        self.partition = partition
        self.position = 0
        self.numbers = {}
        self.types = set()


class Judge:
    def __init__(self, expected):
        self.expected = expected
        self.seen = set()
        self.subjects = {}
        self.offsets = {}
        self.events = 0
        self.counts = collections.Counter()
        self.violations = []

    def blame(self, kind, text):
        self.counts[kind] += 1
        if len(self.violations) < SHOWN:
            self.violations.append(f"{kind}: {text}")

    def take(self, event):
        self.events += 1
        self.check_identity(event)
        subject = self.subjects.get(event.subject)
        if subject is None:
            subject = self.subjects[event.subject] = Subject(event.partition)
        self.check_place(event, subject)
        self.check_causes(event, subject)
        subject.position = max(subject.position, event.position)
        subject.types.add(event.type)
        if event.sequence is not None:
            subject.numbers[event.source] = max(
                subject.numbers.get(event.source, 0), event.sequence)

    def check_identity(self, event):
        if event.id in self.seen:
            self.blame("twice", f"{event.id} at position {event.position}")
        self.seen.add(event.id)
        expected = self.expected.get(event.id)
        if expected is None:
            self.blame("unexpected", f"{event.id} ({event.type}) is not in acts.csv")
            return
        found = Expected(event.source, event.type, event.subject, event.sequence, event.stamps)
        for name, want, have in zip(Expected._fields, expected, found):
            if want != have:
                self.blame("changed", f"{event.id}: {name} is {have!r}, acts.csv says {want!r}")

    def check_place(self, event, subject):
        if event.position != subject.position + 1:
            self.blame("position", f"{event.id}: {event.position} after {subject.position}")
        if event.partition != subject.partition:
            self.blame("partition", f"{event.id}: subject {event.subject} in partitions "
                                    f"{subject.partition} and {event.partition}")
        if event.offset <= self.offsets.get(event.partition, -1):
            self.blame("partition", f"{event.id}: offset {event.offset} of partition {event.partition}"
                                    f" after {self.offsets[event.partition]}")
        self.offsets[event.partition] = event.offset

    def check_causes(self, event, subject):
        if event.sequence is not None:
            last = subject.numbers.get(event.source, 0)
            if event.sequence != last + 1:
                self.blame("sequence", f"{event.id}: {event.source} {event.sequence} after {last}")
        for source, number in event.stamps:
            if subject.numbers.get(source, 0) < number:
                self.blame("stamp", f"{event.id}: {source} {number} is not before it")
        needed = RULES.get(event.type)
        if needed and needed not in subject.types:
            self.blame("rule", f"{event.id}: no {needed} before {event.type}")

    def finish(self):
        for key in self.expected:
            if key not in self.seen:
                self.blame("missing", f"{key} ({self.expected[key].type})")

    def report(self):
        return {"expected": len(self.expected), "events": self.events,
                "subjects": len(self.subjects), "partitions": len(self.offsets),
                "violations": sum(self.counts.values()), "by_kind": dict(sorted(self.counts.items())),
                "first": self.violations}


def judge(lines, acts, name="input", acts_name="acts.csv"):
    verdict = Judge(expected_events(acts, acts_name))
    for event in read_events(lines, name):
        verdict.take(event)
    verdict.finish()
    return verdict.report()


def show(report, out):
    for name in ("expected", "events", "subjects", "partitions", "violations"):
        print(f"{name}: {report[name]}", file=out)
    for kind, count in report["by_kind"].items():
        print(f"  {kind}: {count}", file=out)
    for text in report["first"]:
        print(f"    {text}", file=out)


def main(arguments, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr):
    parser = argparse.ArgumentParser(prog="order_judge", description=__doc__.split("\n\n")[0])
    parser.add_argument("--acts", required=True, help="acts.csv of the additions")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("read", nargs="?", default="-", help="what `sluice read` printed; - is stdin")
    options = parser.parse_args(arguments)
    try:
        with open(options.acts, encoding="utf-8", newline="") as acts:
            if options.read == "-":
                report = judge(stdin, acts, "stdin", options.acts)
            else:
                with open(options.read, encoding="utf-8") as lines:
                    report = judge(lines, acts, options.read, options.acts)
    except (BadInput, OSError, UnicodeDecodeError) as error:
        print(f"order_judge: {error}", file=stderr)
        return 2
    if options.json:
        print(json.dumps(report), file=stdout)
    else:
        show(report, stdout)
    return 1 if report["violations"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
