#!/usr/bin/env python3
"""A subscription writes to a team's own topic, and the team reads it with Kafka's own consumer."""

import collections
import random
import subprocess
import unittest

import jars
import judge
from harness import event, wait_until
from serve_test import OnKafka

SEED = 11
SUBJECTS = 30
KILLS = 4


class TeamTopic(OnKafka):
    def subscribe(self, name, topic, more=""):
        config = (self.dir / "sluice.yaml").read_text(encoding="utf-8")
        self.write("sluice.yaml", f"{config}  - {{name: {name}, domain: {self.domain}, topic: {topic}{more}}}\n")

    def delivered(self, daemon):
        """How many events this process has written to the team's topic."""
        for line in daemon.management("/metrics")[2].splitlines():
            if line.startswith("sluice_delivered_total") and f'domain="{self.domain}"' in line and 'subscription="team"' in line:
                return float(line.rsplit(" ", 1)[1])
        return 0

    def make_topic(self, name, *more):
        """As a team does."""
        command = self.cluster.nodes[0].java(
            "-XX:TieredStopAtLevel=1", "org.apache.kafka.tools.TopicCommand", "--bootstrap-server", self.cluster.bootstrap,
            "--create", "--topic", name, "--partitions", "1", *more)
        subprocess.run([jars.java(), *command[1:]], check=True, capture_output=True, timeout=120)

    def test_a_team_reads_its_own_topic_with_kafkas_own_consumer(self):
        team, some = f"{self.domain}.team", f"{self.domain}.cancelled-only"
        self.subscribe("team", f"{{name: {team}, partitions: 3}}")
        self.subscribe("some", f"{{name: {some}, partitions: 1}}", ", types: [order.cancelled]")
        self.publish(*(event(f"s{s}", n) for n in (3, 1, 2) for s in range(4)))
        self.publish(event("s1", 4, kind="order.cancelled"))
        self.settle()
        self.settle()  # another daemon goes on where this one ended
        published = {(f"s{s}", n) for s in range(4) for n in (1, 2, 3)} | {("s1", 4)}
        records = judge.committed_records(self.cluster, team, len(published))
        self.assertEqual([], judge.findings(records, published))
        self.assertNotIn("sluice", set().union(*records), "facts of the release are not a team's")
        only = judge.committed_records(self.cluster, some, 1)
        self.assertEqual([("s1", "4")], [(one["ce_subject"], one["ce_subjectposition"]) for one in only])

    def test_a_daemon_that_is_killed_loses_nothing_and_turns_nothing_around(self):
        """What a listener makes of it who passes over positions that it has passed: every event, each subject in order."""
        team = f"{self.domain}.team"
        self.subscribe("team", f"{{name: {team}, partitions: 3}}", ", run: 3")
        chance = random.Random(SEED)
        numbers = collections.Counter()
        for _ in range(KILLS):
            batch = []
            for _ in range(180):
                subject = f"s{chance.randrange(SUBJECTS)}"
                numbers[subject] += 1
                batch.append(event(subject, numbers[subject]))
            chance.shuffle(batch)
            self.publish(*batch)
            daemon = self.daemon()
            wait_until(lambda one=daemon: self.delivered(one) > 0, "it has begun to write", seconds=60)
            daemon.kill()
        self.settle()
        records = judge.committed_records(self.cluster, team, numbers.total())
        heard = judge.heard(records)
        self.assertEqual({subject: list(range(1, count + 1)) for subject, count in numbers.items()}, heard)
        print(f"written again after {KILLS} kills: {len(records) - numbers.total()} of {numbers.total()}")

    def test_an_event_that_the_topic_does_not_take_parks_its_own_subject_only(self):
        team = f"{self.domain}.small"
        self.make_topic(team, "--config", "max.message.bytes=3000")
        self.subscribe("team", f"{{name: {team}}}")
        large = event("s1", 2, data={"amount": 2, "note": "x" * 5000})
        self.publish(event("s1", 1), large, event("s1", 3), *(event("s2", n) for n in (1, 2, 3)))
        daemon = self.daemon()
        wait_until(lambda: "s1" in self.stuck(), "s1 is parked")
        self.publish(event("s2", 4), event("s1", 4))
        daemon.settle()
        self.assertEqual(["s1"], sorted(set(self.stuck())))
        self.assertEqual(0, daemon.stop())
        heard = judge.heard(judge.committed_records(self.cluster, team, 5))
        self.assertEqual({"s1": [1], "s2": [1, 2, 3, 4]}, heard)

    def test_a_topic_that_is_not_there_is_refused(self):
        self.subscribe("team", "{name: nowhere}")
        ran = self.run_command("serve", "-c", "sluice.yaml", timeout=60)
        self.assertNotEqual(0, ran.returncode)
        self.assertIn("topic nowhere: there is no such topic; make it", ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
