#!/usr/bin/env python3
"""The daemon and the command line on a real broker: what a user does on the embedded log, done on Kafka."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import judge
from cluster import Cluster
from harness import CONTRACT, Case, event, lines, wait_until

CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [shop.yaml]
kafka:
  address: kafka://{bootstrap}
subscriptions:
  - name: audit
    domain: {domain}
    file: audit.jsonl
"""


class OnKafka(Case):
    """Each test has a domain, and so topics and groups, of its own."""

    made = 0

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="sluice-broker-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.cluster = Cluster.create(pathlib.Path(folder.name) / "cluster")
        cls.addClassCleanup(cls.cluster.wipe)

    def setUp(self):
        super().setUp()
        OnKafka.made += 1
        self.domain = f"shop{OnKafka.made}"
        contract = CONTRACT.replace("domain: shop", f"domain: {self.domain}")
        for channel in ("order.placed", "order.cancelled"):
            contract = contract.replace(f"address: {channel}", f"address: {self.domain}.{channel}")
        self.write("shop.yaml", contract)
        self.write("sluice.yaml", CONFIG.format(bootstrap=self.cluster.bootstrap, domain=self.domain))

    def ordered(self):
        return f"{self.domain}.ordered"

    def stuck(self):
        """Our domain's subjects that stand still; the cluster has those of other tests as well."""
        rows = [line.split() for line in self.sluice("stuck").stdout.splitlines()]
        return [row[2] for row in rows if row and row[0] == self.domain]

    def histories(self):
        """subject -> its events' numbers, by position, as the command line reads them."""
        found = {}
        for one in self.read(self.ordered()):
            found.setdefault(one["subject"], []).append((int(one["subjectposition"]), int(one["sourcesequence"])))
        return {subject: [number for _, number in sorted(events)] for subject, events in found.items()}


class Serve(OnKafka):
    def test_published_out_of_order_and_read_in_order(self):
        self.publish(*(event(f"s{s}", n) for n in (3, 1, 2) for s in range(4)))
        self.settle()
        self.assertEqual({f"s{s}": [1, 2, 3] for s in range(4)}, self.histories())
        self.assertEqual(12, len(self.audit()))
        published = {(f"s{s}", n) for s in range(4) for n in (1, 2, 3)}
        records = judge.committed_records(self.cluster, self.ordered(), 12)
        self.assertEqual([], judge.findings(records, published))

    def test_a_duplicate_is_dropped_after_a_restart_too(self):
        self.publish(event("s1", 1), event("s1", 2))
        self.settle()
        self.publish(event("s1", 1), event("s1", 2), event("s1", 3))
        self.settle()
        self.assertEqual({"s1": [1, 2, 3]}, self.histories())
        self.assertEqual(3, len(self.audit()))

    def test_state_comes_back_though_the_local_copy_is_gone(self):
        """What waits and how far each subject is lie in the topics."""
        self.publish(event("s1", 1), event("s1", 2), event("s2", 1), event("s2", 3))
        self.settle()
        shutil.rmtree(self.dir / "data" / "kafka-cache")
        self.publish(event("s1", 3), event("s2", 2), event("s1", 2))
        self.settle()
        self.assertEqual({"s1": [1, 2, 3], "s2": [1, 2, 3]}, self.histories())
        self.assertEqual(6, len(self.audit()))

    def test_what_waits_is_explained(self):
        self.publish(event("s1", 2))
        daemon = self.daemon()
        wait_until(lambda: "s1" in self.stuck(), "s1 waits")
        self.assertIn("/orders", self.sluice("why", "s1").stdout)
        self.publish(event("s1", 1))
        daemon.settle()
        self.assertNotIn("s1", self.stuck())
        self.assertEqual(0, daemon.stop())

    def test_its_pages_and_its_end(self):
        daemon = self.daemon()
        self.publish(event("s1", 1))
        daemon.settle()
        status, _, text = daemon.management("/readyz?verbose")
        self.assertEqual(200, status)
        self.assertIn("[+]engine ok", text)
        metrics = daemon.management("/metrics")[2]
        self.assertIn("sluice_build_info", metrics)
        self.assertIn(f'domain="{self.domain}"', metrics)
        self.assertNotIn("sluice_wal_fsync_seconds", metrics, "that is the embedded log's")
        self.assertEqual(0, daemon.stop())

    def test_topics_are_listed_with_those_of_others(self):
        self.publish(event("s1", 1))
        listed = self.sluice("topics").stdout
        for name in (f"{self.domain}.order.placed", f"{self.domain}.ordered", f"{self.domain}.repartition"):
            self.assertIn(name, listed)

    def test_it_is_verified(self):
        self.publish(*(event(f"s{s}", n) for n in (2, 1) for s in range(3)))
        self.settle()
        found = {one["domain"]: one for one in json.loads(self.sluice("verify", "--json").stdout)}
        mine = found[self.domain]
        self.assertEqual((6, 3, 0), (mine["records"], mine["subjects"], mine["wrong"]), mine)

    def test_a_daemon_that_is_killed_loses_nothing_that_was_acknowledged(self):
        daemon = self.daemon()
        for batch in range(5):
            self.publish(*(event(f"s{s}", batch + 1) for s in range(6)))
        daemon.kill()
        self.settle()
        self.assertEqual({f"s{s}": [1, 2, 3, 4, 5] for s in range(6)}, self.histories())
        delivered = {(one["subject"], one["subjectposition"]) for one in self.audit()}
        self.assertEqual(30, len(delivered))

    def test_a_team_reads_its_own_topic_with_kafkas_own_consumer(self):
        team, some = f"{self.domain}.team", f"{self.domain}.cancelled-only"
        config = (self.dir / "sluice.yaml").read_text(encoding="utf-8")
        self.write("sluice.yaml", config + f"""\
  - name: team
    domain: {self.domain}
    topic: {{name: {team}, partitions: 3}}
  - name: some
    domain: {self.domain}
    types: [order.cancelled]
    topic: {{name: {some}, partitions: 1}}
""")
        self.publish(*(event(f"s{s}", n) for n in (3, 1, 2) for s in range(4)))
        self.publish(event("s1", 4, kind="order.cancelled"))
        self.settle()
        self.settle()  # another daemon goes on where this one ended
        published = {(f"s{s}", n) for s in range(4) for n in (1, 2, 3)} | {("s1", 4)}
        records = judge.committed_records(self.cluster, team, 13)
        self.assertEqual([], judge.findings(records, published))
        self.assertNotIn("sluice", set().union(*records), "facts of the release are not a team's")
        only = judge.committed_records(self.cluster, some, 1)
        self.assertEqual([("s1", "4")], [(one["ce_subject"], one["ce_subjectposition"]) for one in only])

    def test_a_team_topic_that_is_not_there_is_refused(self):
        config = (self.dir / "sluice.yaml").read_text(encoding="utf-8")
        self.write("sluice.yaml", config + f"  - name: team\n    domain: {self.domain}\n    topic: {{name: nowhere}}\n")
        ran = self.run_command("serve", "-c", "sluice.yaml", timeout=60)
        self.assertNotEqual(0, ran.returncode)
        self.assertIn("topic nowhere: there is no such topic; make it", ran.stderr)

    def test_a_daemon_waits_for_a_cluster_that_comes_up_after_it(self):
        self.cluster.stop_all()
        output = self.dir / "daemon.log"
        with open(output, "wb") as log:
            process = self.start("serve", "-c", "sluice.yaml", stdout=log)
        wait_until(lambda: "trying again" in output.read_text(encoding="utf-8"), "it waits")
        self.cluster.start_all()
        wait_until(lambda: '"ready"' in output.read_text(encoding="utf-8"), "it is ready", seconds=60)
        self.publish(event("s1", 2), event("s1", 1))
        wait_until(lambda: self.histories() == {"s1": [1, 2]}, "its events are in order")
        process.terminate()
        self.assertEqual(0, process.wait(timeout=60))

    def test_a_second_daemon_on_the_same_directory_is_refused(self):
        daemon = self.daemon()
        ran = self.run_command("serve", "-c", "sluice.yaml", timeout=60)
        self.assertEqual(3, ran.returncode, ran.stdout + ran.stderr)
        self.assertIn("another process has it", ran.stderr)
        self.assertEqual(0, daemon.stop())

    def test_a_conflict_holds_its_subject_and_no_other(self):
        self.publish(event("s1", 1), event("s2", 1))
        daemon = self.daemon()
        daemon.settle()
        self.publish(event("s1", 1, data={"amount": 99}), event("s1", 2), event("s2", 2))
        wait_until(lambda: self.histories().get("s2") == [1, 2], "the other goes on")
        wait_until(lambda: "s1" in self.stuck(), "it is held")
        self.assertEqual([1], self.histories()["s1"])
        self.assertEqual(0, daemon.stop())

    def test_whoever_follows_sees_what_comes(self):
        daemon = self.daemon()
        self.publish(event("s1", 1))
        follower = self.start("read", self.ordered(), "--follow", "--limit", "3", "--json", stdout=subprocess.PIPE)
        self.publish(event("s1", 3))
        self.publish(event("s1", 2))
        lines, _ = follower.communicate(timeout=60)
        self.assertEqual([1, 2, 3], [int(json.loads(line)["sourcesequence"]) for line in lines.splitlines()])
        self.assertEqual(0, daemon.stop())

    def test_a_subject_is_read_alone(self):
        self.publish(*(event(f"s{s}", n) for s in range(5) for n in (1, 2)))
        self.settle()
        mine = self.read(self.ordered(), "--subject", "s3")
        self.assertEqual([("s3", "1"), ("s3", "2")], [(one["subject"], one["subjectposition"]) for one in mine])
        self.assertEqual([], self.read(self.ordered(), "--subject", "nobody"))

    def test_offsets_that_are_answered_are_those_of_the_events(self):
        """Others write between them, and what ends a transaction takes an offset as well."""
        answers = self.sluice("publish", "-", "--json", stdin=lines(event(f"s{s}", 1) for s in range(8))).stdout
        for line in map(json.loads, answers.splitlines()):
            self.assertTrue(line["accepted"], line)
            found = [one for one in self.read(line["topic"])
                     if (one["partition"], one["offset"]) == (line["partition"], line["offset"])]
            self.assertEqual([f"s{line['line'] - 1}"], [one["subject"] for one in found], line)

    def test_what_no_schema_allows_is_refused_and_leaves_nothing(self):
        ran = self.run_command("publish", "-", stdin=lines([event("s1", 1, data={"amount": "much"}), event("s2", 1)]))
        self.assertEqual(1, ran.returncode, ran.stderr)
        self.settle()
        self.assertEqual({"s2": [1]}, self.histories())

    def test_status_knows_what_a_stopped_daemon_left(self):
        self.publish(event("s1", 1), event("s2", 2))
        daemon = self.daemon()
        wait_until(lambda: "s2" in self.stuck(), "s2 waits")
        self.assertEqual(0, daemon.stop())
        self.assertIn("s2", self.stuck(), "what waits lies in the state topic")
        self.assertIn("/orders", self.sluice("why", "s2").stdout)

    def test_a_cluster_that_is_not_there_is_said_to_be_none(self):
        self.write("sluice.yaml", CONFIG.format(bootstrap="127.0.0.1:1", domain=self.domain))
        ran = self.run_command("serve", "-c", "sluice.yaml", timeout=90)
        self.assertEqual(3, ran.returncode, ran.stdout + ran.stderr)
        self.assertIn("no Kafka broker answers", ran.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
