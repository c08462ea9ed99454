#!/usr/bin/env python3
"""publish, read, status, stuck, why and topics on a directory, without a daemon."""

import json
import os
import subprocess
import unittest

from harness import BINARY, Case, event, lines


class PublishRead(Case):
    def test_what_is_published_is_read(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1), event("b", 1), event("a", 2)]))
        found = self.read("order.placed")
        self.assertEqual({("a", "1"), ("a", "2"), ("b", "1")},
                         {(one["subject"], str(one["sourcesequence"])) for one in found})
        self.assertEqual([{"amount": 2}],
                         [one["data"] for one in self.read("order.placed", "--subject", "a") if one["id"] == "a-2"])

    def test_a_cancellation_before_its_order_is_put_right(self):
        self.sluice("publish", "-", stdin=lines([event("a", 2, "order.cancelled"), event("a", 1)]))
        self.settle()
        found = self.read("shop.ordered", "--subject", "a")
        self.assertEqual([("order.placed", "1"), ("order.cancelled", "2")],
                         [(one["type"], str(one["subjectposition"])) for one in found])

    def test_a_gap_is_stuck_and_says_why(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1), event("a", 3, "order.cancelled")]))
        self.settle()
        stuck = json.loads(self.sluice("stuck", "--json").stdout)
        self.assertEqual(["a"], [one["subject"] for one in stuck["stuck"]])
        self.assertEqual("gap", stuck["stuck"][0]["cause"])
        why = self.sluice("why", "a").stdout
        self.assertEqual(1, len(why.splitlines()))
        for word in ("/orders 2", "order.placed", "order.cancelled"):
            self.assertIn(word, why)
        self.sluice("publish", "-", stdin=lines([event("a", 2)]))
        self.settle()
        self.assertEqual([], json.loads(self.sluice("stuck", "--json").stdout)["stuck"])
        self.assertEqual(3, len(self.read("shop.ordered", "--subject", "a")))

    def test_publishing_a_file_again_changes_nothing(self):
        path = self.write("events.jsonl", lines([event("a", 1), event("a", 2)]))
        for _ in range(2):
            self.sluice("publish", path)
        self.settle()
        self.assertEqual(["1", "2"], [str(one["subjectposition"]) for one in self.read("shop.ordered")])

    def test_from_and_limit(self):
        self.sluice("publish", "-", stdin=lines(event("a", number) for number in range(1, 11)))
        found = self.read("order.placed", "--from", "3", "--limit", "2", "--subject", "a")
        self.assertEqual(["4", "5"], [str(one["sourcesequence"]) for one in found])

    def test_topics_and_status(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1)]))
        topics = json.loads(self.sluice("topics", "--json").stdout)["topics"]
        self.assertEqual({"order.placed": 3, "order.cancelled": 2, "shop.audit": 4, "shop.commands": 4,
                          "shop.ordered": 4, "shop.repartition": 4},
                         {one["name"]: one["partitions"] for one in topics if one["name"] != "shop.aside"})
        status = json.loads(self.sluice("status", "--json").stdout)
        self.assertFalse(status["idle"])
        self.settle()
        self.assertTrue(json.loads(self.sluice("status", "--json").stdout)["idle"])

    def test_a_data_directory_is_enough(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1)]))
        (self.dir / "sluice.yaml").unlink()
        (self.dir / "shop.yaml").unlink()
        self.sluice("publish", "-", "--state", "data", stdin=lines([event("a", 2)]))
        self.assertEqual(2, len(self.read("order.placed", "--state", "data")))
        domain = json.loads(self.sluice("status", "--json", "--state", "data").stdout)["domains"][0]
        self.assertEqual(2, sum(one["unread"] for one in domain["channels"]))

    def test_publishing_answers_line_by_line(self):
        ran = self.sluice("publish", "-", "--json", code=1, stdin=lines([event("a", 1)]) + "{\n")
        answers = [json.loads(line) for line in ran.stdout.splitlines()]
        self.assertEqual([(1, True), (2, False)], [(one["line"], one["accepted"]) for one in answers])
        self.assertEqual("order.placed", answers[0]["topic"])

    def test_a_reader_that_has_had_enough(self):
        self.sluice("publish", "-", stdin=lines(event("a", number) for number in range(1, 20_001)))
        for how in ("", " --json"):
            ran = subprocess.run(["bash", "-c", f"set -o pipefail; '{BINARY}' read order.placed{how} | head -n 1"],
                                 cwd=self.dir, capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((0, ""), (ran.returncode, ran.stderr))
            self.assertEqual(1, len(ran.stdout.splitlines()))

    def test_a_count_moves_on_a_terminal_and_nowhere_else(self):
        path = self.write("events.jsonl", lines(event("a", number) for number in range(1, 2_501)))
        self.assertEqual("", self.sluice("publish", path).stderr)
        screen, terminal = os.openpty()
        self.addCleanup(os.close, screen)
        publisher = self.start("publish", path, stdout=subprocess.PIPE, stderr=terminal)
        os.close(terminal)
        self.assertEqual("2500 published, 0 refused\n", publisher.communicate(timeout=60)[0])
        shown = b""
        while not shown.endswith(b"\x1b[K"):
            shown += os.read(screen, 4096)
        self.assertEqual(b"\r1000 lines\r2000 lines\r\x1b[K", shown)

    def test_columns_are_aligned(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1), event("much-longer", 1)]))
        found = self.sluice("read", "order.placed").stdout.splitlines()
        self.assertEqual(3, len(found))
        self.assertEqual(1, len({line.index(word) for line, word in zip(found, ("type", *["order.placed"] * 2))}))
        self.assertEqual(["topic", "partitions", "records"], self.sluice("topics").stdout.splitlines()[0].split())

    def test_status_check_and_config_check(self):
        self.assertIn("good", self.sluice("config", "check").stdout)
        self.sluice("publish", "-", stdin=lines([event("a", 2)]))
        self.sluice("status", "--check")
        self.settle()
        self.assertIn("1 event of 1 subject waiting", self.sluice("status", "--check", code=1).stdout)
        self.assertIn("/orders 1", self.sluice("stuck").stdout)


if __name__ == "__main__":
    unittest.main()
