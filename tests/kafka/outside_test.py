#!/usr/bin/env python3
"""`sluice doctor`, `observe` and `contract infer` on a real cluster, as a user types them."""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))

from harness import Case  # noqa: E402

CLUSTER = pathlib.Path(os.environ["SLUICE_KAFKA_CLUSTER"])
SCRIPT = os.environ["SLUICE_KAFKA_SCRIPT"]

CONTRACT = """\
asyncapi: 3.0.0
x-sluice: {{domain: old, homes: 2}}
channels:
  created:
    address: {created}
    messages: {{created: {{name: order.created}}}}
    x-sluice: {{plain: {{subject: {{key: string}}, type: order.created}}}}
  shipped:
    address: {shipped}
    messages: {{shipped: {{name: order.shipped, x-sluice: {{after: order.created}}}}}}
    x-sluice: {{plain: {{subject: {{pointer: /order}}, type: order.shipped}}, partitioner: crc32}}
"""


class Outside(Case):
    def setUp(self):
        super().setUp()
        self.address = (CLUSTER / "bootstrap").read_text(encoding="utf-8").strip()
        self.created, self.shipped = (f"{name}-{os.getpid()}-{time.monotonic_ns()}" for name in ("created", "shipped"))
        self.write("old.yaml", CONTRACT.format(created=self.created, shipped=self.shipped))

    def kafka(self, *arguments):
        subprocess.run([sys.executable, SCRIPT, "--directory", CLUSTER, *arguments], check=True, capture_output=True)

    def send(self, topic, line):
        """A record as any client writes it: `key|value`."""
        subprocess.run(["kcat", "-q", "-P", "-b", self.address, "-t", topic, "-K", "|"], input=line.encode(), check=True)

    def about(self, command, *arguments, code=0):
        return self.sluice(command, "-c", "old.yaml", "--kafka", f"kafka://{self.address}", *arguments, code=code)

    def test_observe_reads_what_any_client_wrote(self):
        for topic in (self.created, self.shipped):
            self.kafka("topics", "--create", "--topic", topic, "--partitions", "2")
        self.send(self.created, "o1|{}")
        self.send(self.shipped, '|{"order":"o1"}')
        self.send(self.shipped, '|{"order":"o2"}')
        time.sleep(0.01)  # record times have milliseconds
        self.send(self.created, "o2|{}")
        self.send(self.shipped, "|no json")
        seen = json.loads(self.about("observe", "--lag", f"{self.created}=10m", "--json").stdout)
        self.assertEqual((4, 2), (seen["events"], seen["subjects"]))
        self.assertEqual({"subjects": 1, "events": 1}, seen["now"])
        self.assertEqual({"subjects": 2, "events": 2}, seen["with_lag"])
        self.assertEqual(1, sum(channel["unreadable"] for channel in seen["channels"]))
        self.assertIn("1 record could not be read; the first: plain record: subject: data:", self.about("observe").stdout)
        self.assertIn("has no offset", self.sluice("observe", "-c", "old.yaml", "--kafka", self.address, "--group",
                                                   "nobody", code=4).stderr)

    def test_doctor_judges_the_cluster_and_the_channels(self):
        self.kafka("topics", "--create", "--topic", self.created, "--partitions", "2", "--config", "cleanup.policy=compact")
        self.send(self.created, "\n".join(f"o{number}|{{}}" for number in range(20)))  # kcat's partitioner is crc32
        text = self.about("doctor", "--watch", "0ms", code=1).stdout
        self.assertIn("reached over plaintext as User:ANONYMOUS", text)
        self.assertIn(f"fail topic {self.created}: it is compacted", text)
        self.assertIn(f"warn topic {self.shipped}: the channel is not there", text)
        self.assertRegex(text, rf"warn detour {self.created}: .*records do not lie where murmur2 puts their key, but where crc32 does")
        self.assertRegex(text, rf"warn detour {self.shipped}: .*crc32.*, and its records' key is not the subject's text")
        self.kafka("topics", "--delete", "--topic", self.created)
        self.assertEqual(0, self.about("doctor", "--watch", "0ms").returncode)

    def test_infer_drafts_a_contract_of_what_any_client_wrote(self):
        self.kafka("topics", "--create", "--topic", self.created, "--partitions", "3")
        self.send(self.created, "".join(f'o{n}|{{"no":"o{n}","eventId":{n},"total":1.5}}\n' for n in range(20)))
        asked = ["contract", "infer", "--kafka", f"kafka://{self.address}", "--topics", self.created, "--domain", "old"]
        self.sluice(*asked, "--out", "draft.yaml")
        draft = (self.dir / "draft.yaml").read_text()
        for piece in ("made from 20 records of 1 topic.", "homes: 3", "partitioner: crc32", "subject: {pointer: /no}", "id: {pointer: /eventId}"):
            self.assertIn(piece, draft)
        seen = self.sluice("observe", "-c", "draft.yaml", "--kafka", f"kafka://{self.address}", "--json").stdout
        self.assertEqual(20, json.loads(seen)["events"], "the draft reads every one of them")


if __name__ == "__main__":
    unittest.main()
