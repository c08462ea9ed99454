#!/usr/bin/env python3
"""contract infer: a draft of what lies in the topics, which loads, takes what is there, and holds none of its values."""

import unittest

from harness import Case, event, lines


class Infer(Case):
    def setUp(self):
        super().setUp()
        self.write("events.jsonl", lines(
            [event(f"secret-{n}", 1, data={"amount": 424242 + n}) for n in range(20)] +
            [event(f"secret-{n}", 2, "order.cancelled") for n in range(5)]))
        self.sluice("publish", "events.jsonl", "-c", "sluice.yaml")

    def infer(self, *more):
        return self.sluice("contract", "infer", "-c", "sluice.yaml", "--topics", "order.placed,order.cancelled", *more).stdout

    def test_the_draft_tells_what_was_seen(self):
        draft = self.infer()
        self.assertIn("# A draft, made from 25 records of 2 topics.", draft)
        self.assertIn("domain: order\n", draft)
        self.assertIn("# 20 records seen: 20 with a key, 20 of 20 keyed by the subject", draft)
        self.assertIn("20 of 20 carry a sourcesequence", draft)
        self.assertIn("DECIDE", draft)
        self.assertNotIn("424242", draft)
        self.assertNotIn("secret", draft)

    def test_the_draft_is_a_contract_that_takes_these_events(self):
        said = self.infer("--out", "draft.yaml", "--domain", "shop")
        self.assertEqual("draft.yaml: look for DECIDE, then: sluice contract lint draft.yaml\n", said)
        told = self.sluice("contract", "lint", "draft.yaml", code=1).stdout
        self.assertIn("[no-description]", told)
        self.write("draft.yaml", (self.dir / "draft.yaml").read_text().replace("validation: warn", "validation: enforce"))
        self.write("other.yaml", "data: other\ncontracts: [draft.yaml]\n")
        self.assertIn("25", self.sluice("publish", "events.jsonl", "-c", "other.yaml").stdout)

    def test_a_sample_is_no_more_than_was_asked_for(self):
        self.assertIn("made from 4 records of 2 topics", self.infer("--sample", "2"))

    def test_what_is_old_is_left_out(self):
        self.assertIn("made from 0 records of 2 topics", self.infer("--since", "0ms"))

    def test_a_topic_that_is_not_there(self):
        said = self.refused("contract", "infer", "-c", "sluice.yaml", "--topics", "order.placed,order.plcaed", code=4)
        self.assertIn("there is no topic 'order.plcaed'", said)
        self.assertIn("--topics", self.refused("contract", "infer", "-c", "sluice.yaml"))


if __name__ == "__main__":
    unittest.main()
