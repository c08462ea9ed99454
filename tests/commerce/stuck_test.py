#!/usr/bin/env python3
"""An event that the inquiry service cannot make sense of parks one order in it; all others flow. Then a person tries,
edits and redrives it, and the order's inquiries are whole."""

import json
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

import runs

WHY = ("--domain", "order", "--reason", "the carrier forgot what it had seen", "--yes")
BAD, GOOD = "order-with-a-bad-parcel", "order-beside-it"


class Stuck(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-stuck-")
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name) / "state"
        self.config = pathlib.Path(folder.name) / "sluice.yaml"
        contracts = [str(runs.ROOT / "commerce" / "contract" / f"{name}.yaml") for name in ("order", "calendar")]
        self.config.write_text(json.dumps({"data": "state/log", "contracts": contracts}), encoding="utf-8")
        self.assertEqual(0, self.go_on()["parked"])

    def go_on(self):
        """The platform runs until it has handled what there is, commands as well."""
        return runs.run("--orders", 100, "--seed", 3, "--state", self.state)[0]

    def sluice(self, *arguments, stdin="", code=0):
        ran = subprocess.run([runs.BINARY, *arguments, "-c", self.config], input=stdin, capture_output=True, text=True,
                             check=False)
        self.assertEqual(code, ran.returncode, f"{arguments}\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def give(self, verb, service, *arguments):
        """Nobody runs: it lies in the log, under this id."""
        said = self.sluice(verb, BAD, "-S", service, *WHY, "--id", f"{verb}-{service}-{self.told}", *arguments)
        self.assertIn("1 pending", said)
        return f"{verb}-{service}-{self.told}"

    def outcome(self, verb, service, command, *arguments):
        """The same id again tells what became of it."""
        return self.sluice(verb, BAD, "-S", service, *WHY, "--id", command, *arguments)

    def publish(self, order, stamp):
        """A whole order, as one of those that have run: placed, paid, dispatched, completed."""
        line = self.sluice("read", "delivery.completed", "--limit", "1", "--json")
        like = json.loads(line)["subject"]
        events = []
        for topic in ("order.placed", "order.paid", "delivery.dispatched", "delivery.completed"):
            read = self.sluice("read", topic, "--subject", like, "--limit", "1", "--json")
            event = json.loads(read.replace(like, order))
            del event["partition"], event["offset"]
            if topic == "delivery.dispatched":
                event["dependson"] = stamp
            events.append({name: value for name, value in event.items() if value})
        self.sluice("publish", "-", stdin="".join(json.dumps(event) + "\n" for event in events))

    def stuck(self):
        return json.loads(self.sluice("stuck", "--json"))["stuck"]

    def acts(self, order):
        with sqlite3.connect(self.state / "read-models" / self.database) as database:
            return [row[0] for row in database.execute(
                "SELECT type FROM inquiry_act WHERE order_id = ? ORDER BY rowid", (order,))]

    def test_tried_edited_and_redriven(self):
        self.told = 1
        self.database = "inquiry.sqlite"
        self.publish(BAD, stamp=None)
        self.publish(GOOD, stamp="/orders 2")
        self.go_on()
        parked = {one["subscription"]: one for one in self.stuck()}
        self.assertEqual({"delivery", "inquiry"}, set(parked), "who looks at that parcel")
        self.assertEqual({BAD}, {one["subject"] for one in parked.values()}, "one order, and no other")
        self.assertIn("dependson: expected", parked["inquiry"]["reason"])
        whole = ["order.placed", "order.paid", "delivery.dispatched", "delivery.completed"]
        self.assertEqual(whole, self.acts(GOOD))
        self.assertEqual(whole[:2], self.acts(BAD), "what is behind it waits")

        tried = self.give("try", "inquiry")
        self.go_on()
        self.assertIn("0 of 2 events would be handled; position 3 would fail: dependson: expected",
                      self.outcome("try", "inquiry", tried))

        lines = self.sluice("show", BAD, "-S", "inquiry").splitlines()
        copy = self.state / "copy.json"
        copy.write_text(json.dumps({**json.loads(lines[0]), "dependson": "/orders 2"}), encoding="utf-8")
        self.told = 2
        for service in ("inquiry", "delivery"):
            self.give("edit", service, "--copy", copy)
        tried = self.give("try", "inquiry")
        self.go_on()
        self.assertIn("2 of 2 events would be handled; nothing of it was kept",
                      self.outcome("try", "inquiry", tried))
        self.assertEqual(whole[:2], self.acts(BAD), "a trial keeps nothing, and an edit does not go by itself")

        for service in ("inquiry", "delivery"):
            self.give("redrive", service)
        self.go_on()
        self.assertEqual([], self.stuck())
        self.assertEqual(whole, self.acts(BAD))
        audit = [json.loads(line) for line in self.sluice("read", "order.audit", "--json").splitlines()]
        self.assertEqual(6, len([one for one in audit if one["type"] == "sluice.command"]), "each command once")


if __name__ == "__main__":
    unittest.main()
