#!/usr/bin/env python3
"""Injected violations: the judge finds each, and only that."""
import io
import json
import os
import random
import tempfile
import unittest

import order_judge

HEADER = ("order_id,source,seq,type,at,happened,depends_on,parcel,seller_id,reason,fault,fee,refund_of,"
          "review_id,score,created\n")

# order id -> (source, seq, type, depends_on) in an order that is right
HISTORIES = {
    "a": [("orders", 1, "order.placed", ""), ("orders", 2, "order.paid", ""),
          ("deliveries", 1, "delivery.dispatched", "2"), ("deliveries", 2, "delivery.completed", "2"),
          ("orders", 3, "order.returned", "2"), ("reviews", 1, "review.written", "")],
    "b": [("orders", 1, "order.placed", ""), ("orders", 2, "order.cancelled", ""),
          ("reviews", 1, "review.complained", "")],
    "c": [("orders", 1, "order.placed", "")],
}


def acts():
    rows = [f"{order},{source},{seq},{kind},t,t,{depends},,,,,,,,,\n"
            for order, history in HISTORIES.items() for source, seq, kind, depends in history]
    return io.StringIO(HEADER + "".join(rows))


def event(order, position, source, seq, kind, depends):
    made = {"specversion": "1.0", "id": f"{order}.{source}.{seq}", "source": "/" + source, "type": kind,
            "subject": order, "subjectposition": position, "data": {"any": "thing"},
            "partition": "abc".index(order) % 2, "offset": 0}
    if source != "reviews":
        made["sourcesequence"] = seq
    if source == "deliveries":
        made["dependson"] = f"/orders {depends}"
    elif depends:
        made["dependson"] = f"/deliveries {depends}"
    return made


def right():
    """The events as they should be read, partition by partition."""
    events = [event(order, position, *act) for order, history in HISTORIES.items()
              for position, act in enumerate(history, 1)]
    return number(sorted(events, key=lambda e: e["partition"]))


def number(events):
    """Offsets by the order of the lines; a test of offsets sets its own."""
    ends = {}
    for e in events:
        e["offset"] = ends[e["partition"]] = ends.get(e["partition"], -1) + 1
    return events


def place(events):
    """Positions by the order of the lines."""
    seen = {}
    for e in events:
        e["subjectposition"] = seen[e["subject"]] = seen.get(e["subject"], 0) + 1
    return number(events)


def kinds(events):
    lines = [json.dumps(e) for e in events]
    return order_judge.judge(lines, acts())["by_kind"]


def find(events, key):
    return next(i for i, e in enumerate(events) if e["id"] == key)


class Verdicts(unittest.TestCase):
    def test_what_is_right_passes(self):
        report = order_judge.judge([json.dumps(e) for e in right()], acts())
        self.assertEqual((report["expected"], report["events"], report["subjects"], report["partitions"],
                          report["violations"], report["first"]), (10, 10, 3, 2, 0, []))

    def test_missing(self):
        events = right()
        del events[find(events, "b.reviews.1")]
        self.assertEqual(kinds(events), {"missing": 1})

    def test_a_hole_shows_as_missing_position_and_sequence(self):
        events = right()
        del events[find(events, "a.orders.2")]
        self.assertEqual(kinds(events), {"missing": 1, "position": 1, "sequence": 1, "stamp": 2})

    def test_twice(self):
        events = right()
        events.append(dict(events[find(events, "b.reviews.1")]))
        self.assertEqual(kinds(place(events)), {"twice": 1})

    def test_unexpected(self):
        events = right()
        events.append(event("c", 2, "orders", 2, "order.paid", ""))
        self.assertEqual(kinds(place(events)), {"unexpected": 1})

    def test_changed(self):
        for name, value in (("type", "order.paid"), ("source", "/reviews"), ("dependson", "/orders 1"),
                            ("subject", "x")):
            events = right()
            events[find(events, "c.orders.1")][name] = value
            self.assertIn("changed", kinds(place(events)), name)

    def test_reused_position(self):
        events = right()
        events[find(events, "b.reviews.1")]["subjectposition"] = 2
        self.assertEqual(kinds(events), {"position": 1})

    def test_positions_begin_at_one(self):
        events = right()
        events[find(events, "c.orders.1")]["subjectposition"] = 0
        self.assertEqual(kinds(events), {"position": 1})

    def swapped(self, one, other):
        events = right()
        i, j = find(events, one), find(events, other)
        events[i], events[j] = events[j], events[i]
        return kinds(place(events))

    def test_sequence(self):
        self.assertEqual(self.swapped("b.orders.1", "b.orders.2"), {"sequence": 2})

    def test_stamp_on_another_source(self):
        self.assertEqual(self.swapped("a.orders.2", "a.deliveries.1"), {"stamp": 1})

    def test_stamp_of_a_return(self):
        self.assertEqual(self.swapped("a.deliveries.2", "a.orders.3"), {"stamp": 1})

    def test_rule_of_a_written_review(self):
        events = right()
        moved = events.pop(find(events, "a.reviews.1"))
        events.insert(find(events, "a.deliveries.2"), moved)
        self.assertEqual(kinds(place(events)), {"rule": 1})

    def test_rule_of_a_complaint(self):
        events = right()
        moved = events.pop(find(events, "b.reviews.1"))
        events.insert(find(events, "b.orders.1"), moved)
        self.assertEqual(kinds(place(events)), {"rule": 1})

    def test_partition(self):
        events = right()
        events[find(events, "a.reviews.1")]["partition"] = 1
        self.assertEqual(kinds(number(events)), {"partition": 1})

    def test_offsets_ascend(self):
        events = right()
        events[find(events, "b.orders.2")]["offset"] = 0
        self.assertEqual(kinds(events), {"partition": 1})

    def test_only_ten_are_shown(self):
        report = order_judge.judge([], [HEADER] + [f"o{i},orders,1,order.placed,,,,,,,,,,,,\n"
                                                   for i in range(25)])
        self.assertEqual((report["violations"], len(report["first"])), (25, 10))

    def test_random_swaps_within_a_subject_are_always_found(self):
        seed = int(os.environ.get("SLUICE_SEED", random.randrange(2**32)))
        chance = random.Random(seed)
        for _ in range(200):
            events = right()
            mine = [i for i, e in enumerate(events) if e["subject"] == "a"]
            i, j = chance.sample(mine[:5], 2)  # the review may stand anywhere after the delivery
            events[i], events[j] = events[j], events[i]
            self.assertTrue(kinds(place(events)), f"SLUICE_SEED={seed}: {i} and {j}")


class Input(unittest.TestCase):
    def test_event_within_an_envelope_and_numbers_as_text(self):
        lines = []
        for e in right():
            outer = {"partition": e.pop("partition"), "offset": str(e.pop("offset")), "event": e}
            e["subjectposition"] = str(e["subjectposition"])
            if "sourcesequence" in e:
                e["sourcesequence"] = f"{e['sourcesequence']:010}"
            lines.append(json.dumps(outer))
        self.assertEqual(order_judge.judge(lines, acts())["violations"], 0)

    def test_bad_lines_are_named(self):
        good = json.dumps(right()[0])
        no_position = json.dumps({k: v for k, v in right()[0].items() if k != "subjectposition"})
        for bad, said in (("{", "input:2"), ("[]", "not a JSON object"), (no_position, "subjectposition"),
                          (good.replace('"/orders"', '"/orders","dependson":"/x"'), "pairs")):
            with self.assertRaisesRegex(order_judge.BadInput, said):
                order_judge.judge([good, bad], acts())

    def test_a_missing_column_is_named(self):
        with self.assertRaisesRegex(order_judge.BadInput, "acts.csv: no column depends_on"):
            order_judge.judge([], io.StringIO("order_id,source,seq,type\n"))

    def run_main(self, text, *more):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "acts.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write(acts().getvalue())
            out, err = io.StringIO(), io.StringIO()
            code = order_judge.main(["--acts", path, *more], io.StringIO(text), out, err)
            return code, out.getvalue(), err.getvalue()

    def test_exit_codes(self):
        whole = "".join(json.dumps(e) + "\n" for e in right())
        code, out, _ = self.run_main(whole)
        self.assertEqual((code, out.splitlines()[-1]), (0, "violations: 0"))
        code, out, _ = self.run_main("", "--json")
        self.assertEqual((code, json.loads(out)["by_kind"]), (1, {"missing": 10}))
        code, _, err = self.run_main("nonsense\n")
        self.assertEqual(code, 2)
        self.assertIn("stdin:1", err)
        self.assertEqual(self.run_main("", "/nowhere/at/all")[0], 2)


if __name__ == "__main__":
    unittest.main()
