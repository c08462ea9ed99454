#!/usr/bin/env python3
"""Bad input: a clear error (what, where, what to do), the right exit code, and nothing lost."""

import json
import unittest

from harness import CONFIG, CONTRACT, Case, event, lines, wait_until


class BadInput(Case):
    def refused(self, *arguments, code=2, stdin=""):
        return self.sluice(*arguments, code=code, stdin=stdin).stderr

    def test_unknown_command_and_option(self):
        self.refused("sreve")
        self.assertIn("--sbject", self.refused("read", "x", "--sbject", "a"))

    def test_unknown_key_names_the_nearest(self):
        self.write("sluice.yaml", CONFIG.replace("contracts:", "contract:"))
        error = self.refused("config", "check", "-c", "sluice.yaml")
        for word in ("sluice.yaml:4", "contract", "contracts"):
            self.assertIn(word, error)

    def test_bad_value_names_place_and_range(self):
        self.write("sluice.yaml", CONFIG + "log_level: loud\n")
        error = self.refused("serve", "-c", "sluice.yaml")
        for word in ("sluice.yaml:9", "log_level", "loud", "debug"):
            self.assertIn(word, error)

    def test_missing_configuration(self):
        self.assertIn("nowhere.yaml", self.refused("serve", "-c", "nowhere.yaml"))

    def test_broken_contract(self):
        self.write("shop.yaml", CONTRACT.replace("homes: 4", "homes: many"))
        error = self.refused("serve", "-c", "sluice.yaml")
        for word in ("shop.yaml:6", "homes", "many"):
            self.assertIn(word, error)

    def test_event_without_id(self):
        stdin = lines([event("a", 1), event("a", 2, id=None), event("a", 3)])
        error = self.refused("publish", "-", code=1, stdin=stdin)
        self.assertIn("line 2", error)
        self.assertIn("id", error)
        self.assertEqual(["a-1", "a-3"], sorted(one["id"] for one in self.read("order.placed")))

    def test_invalid_json_in_the_middle(self):
        stdin = lines([event("a", 1)]) + '{"specversion": "1.0", "id"\n' + lines([event("a", 2)])
        error = self.refused("publish", "-", code=1, stdin=stdin)
        self.assertIn("line 2", error)
        self.assertEqual(2, len(self.read("order.placed")))

    def test_sizes(self):
        fits = event("a", 1, data={"amount": 1, "text": "x" * 65 * 1024})
        large = event("a", 2, data={"amount": 2, "text": "x" * 10 * 1024 * 1024})
        error = self.refused("publish", "-", code=1, stdin=lines([fits, large]))
        self.assertIn("line 2", error)
        self.assertRegex(error, r"\d{7} bytes")
        self.assertLess(len(error), 2_000)
        found = self.read("order.placed")
        self.assertEqual([fits["data"]], [one["data"] for one in found])

    def test_a_type_that_no_channel_carries(self):
        error = self.refused("publish", "-", code=1, stdin=lines([event("a", 1, "order.plcaed")]))
        self.assertIn("order.plcaed", error)
        self.assertIn("order.placed", error)

    def test_unknown_topic_and_subject(self):
        self.sluice("publish", "-", stdin=lines([event("a", 1)]))
        error = self.refused("read", "shop.orderd", code=4)
        self.assertIn("shop.ordered", error)
        self.assertIn("nobody", self.refused("why", "nobody", code=4))

    def test_missing_file(self):
        self.assertIn("nothing.jsonl", self.refused("publish", "nothing.jsonl", code=4))

    def test_a_csv_with_a_missing_column(self):
        self.sluice("commerce", "generate", "--orders", "20", "--seed", "1", "--out", "raw")
        path = self.dir / "raw" / "olist_orders_dataset.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("order_purchase_timestamp", "purchased", 1),
                        encoding="utf-8")
        error = self.refused("commerce", "run", "--data", "raw", "--exit")
        for word in ("olist_orders_dataset.csv", "order_purchase_timestamp"):
            self.assertIn(word, error)

    def test_a_missing_data_directory(self):
        self.assertIn("no-such-dir", self.refused("commerce", "run", "--data", "no-such-dir", "--exit", code=4))

    def test_a_payload_against_its_schema_is_refused_at_publishing(self):
        broken = event("a", 1, data={"amount": "much"})
        error = self.refused("publish", "-", code=1, stdin=lines([broken, event("b", 1)]))
        self.assertIn("line 1", error)
        self.assertIn("/amount", error)
        self.assertEqual(["b-1"], [one["id"] for one in self.read("order.placed")])

    def test_a_payload_that_came_all_the_same_is_kept_in_place_and_parks_its_subject_only(self):
        broken = event("a", 1, data={"amount": "much"})
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.sluice("publish", "-", stdin=lines([broken, event("a", 2), event("b", 1)]))
        self.write("shop.yaml", CONTRACT)
        daemon = self.daemon()
        wait_until(lambda: daemon.api("/v1/stuck")[1]["stuck"], "a is parked")
        wait_until(lambda: [one for one in self.audit() if one["subject"] == "b"], "b goes on")
        stuck = daemon.api("/v1/stuck")[1]["stuck"]
        self.assertEqual([("a", "parked", "audit")], [(s["subject"], s["cause"], s["subscription"]) for s in stuck])
        self.assertIn("/amount", json.dumps(stuck[0]))
        found = self.read("shop.ordered", "--subject", "a")
        self.assertEqual([broken["data"], {"amount": 2}], [one["data"] for one in found])


if __name__ == "__main__":
    unittest.main()
