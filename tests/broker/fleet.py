"""Several `sluice serve` over one broker, and what they must have done together in the end."""

import json
import pathlib
import random
import tempfile
import unittest

import judge
from cluster import Cluster
from harness import CONTRACT, Daemon, event, wait_until

CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [shop.yaml]
kafka:
  address: kafka://{bootstrap}
subscriptions:
  - name: audit
    domain: shop
    file: audit.jsonl
  - name: team
    domain: shop
    types: [order.cancelled]
    topic: {{name: team.cancelled, partitions: 3}}
"""
SUBJECTS = 40
SEED = 7


class Instance:
    """A data directory with its daemon."""

    def __init__(self, folder, bootstrap):
        self.folder = folder
        folder.mkdir()
        (folder / "shop.yaml").write_text(CONTRACT, encoding="utf-8")
        (folder / "sluice.yaml").write_text(CONFIG.format(bootstrap=bootstrap), encoding="utf-8")
        self.daemon = None

    def start(self):
        self.daemon = Daemon(self.folder)

    def delivered(self):
        """(subject, position) of each line of the file sink, in its order."""
        path = self.folder / "audit.jsonl"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        events = [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]
        return [(one["subject"], int(one["subjectposition"])) for one in events]


class FleetCase(unittest.TestCase):
    """A broker, and as many daemons over it as `COUNT` says, each with a data directory of its own."""

    COUNT = 2

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="sluice-broker-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def setUp(self):
        self.cluster = Cluster.create(self.folder / self._testMethodName / "cluster")
        self.addCleanup(self.cluster.wipe)
        self.random = random.Random(SEED)
        self.published = set()
        self.numbers = dict.fromkeys((f"s{i}" for i in range(SUBJECTS)), 0)
        self.instances = [Instance(self.folder / self._testMethodName / name, self.cluster.bootstrap) for name in "abcdefgh"[:self.COUNT]]
        for instance in self.instances:
            instance.start()
            self.addCleanup(lambda one=instance: one.daemon.kill())

    def publish(self, instance, count):
        """So many events through that daemon, those of a subject in any order among themselves."""
        batch = []
        for _ in range(count):
            subject = self.random.choice(sorted(self.numbers))
            self.numbers[subject] += 1
            kind = self.random.choice(["order.placed", "order.cancelled"])
            batch.append(event(subject, self.numbers[subject], kind))
            self.published.add((subject, self.numbers[subject]))
        self.random.shuffle(batch)
        def taken():
            try:
                status, _ = instance.daemon.api("/v1/events", json.dumps(batch), "application/cloudevents-batch+json")
            except OSError:  # no answer in time
                return False
            return status == 200

        # What was not acknowledged is sent again, whole: what is there already is recognised.
        wait_until(taken, "the batch is taken", seconds=90)

    def settle(self, instance):
        wait_until(lambda: instance.daemon.api("/v1/status")[1].get("idle"), "everything is handled", seconds=150)

    def judge(self):
        records = judge.committed_records(self.cluster, "shop.ordered", len(self.published))
        self.assertEqual([], judge.findings(records, self.published))
        self.assertEqual(len(self.published), len(records))
        self.assertEqual([], judge.sink_findings([one.delivered() for one in self.instances], records))
        self.judge_topic(records)

    def judge_topic(self, records):
        """The team hears every cancellation, each subject's in order, whoever wrote it and how often."""
        wanted = judge.heard(one for one in records if one["ce_type"] == "order.cancelled")
        self.assertEqual(wanted, judge.heard(judge.committed_records(self.cluster, "team.cancelled", len(wanted))))

    def stop_all(self):
        for instance in self.instances:
            self.assertEqual(0, instance.daemon.stop())
