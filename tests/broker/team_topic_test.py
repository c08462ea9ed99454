#!/usr/bin/env python3
"""A subscription writes to a team's own topic, and the team reads it with Kafka's own consumer."""

import collections
import json
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

    def given(self, name, topic, homes, ordered, channel="", types=("order.placed", "order.cancelled")):
        """A domain over a topic that is in order already, with a file for all that it gets."""
        messages = ", ".join(f"m{at}: {{name: {kind}}}" for at, kind in enumerate(types))
        self.write(f"{name}.yaml", "asyncapi: 3.0.0\ninfo: {title: t, version: 1.0.0}\n"
                   f"x-sluice:\n  domain: {self.domain}-{name}\n  homes: {homes}\n  ordered: {{topic: {topic}, {ordered}}}\n"
                   f"channels:\n  c:\n    address: {topic}\n    messages: {{{messages}}}\n{channel}")
        config = (self.dir / "sluice.yaml").read_text(encoding="utf-8").replace("[shop.yaml", f"[shop.yaml, {name}.yaml")
        self.write("sluice.yaml", f"{config}  - {{name: {name}, domain: {self.domain}-{name}, file: {name}.jsonl}}\n")

    def heard(self, name):
        """subject -> what the file of that domain's subscription holds."""
        found = collections.defaultdict(dict)  # after a kill an event may come again, at its position
        path = self.dir / f"{name}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            one = json.loads(line)
            found[one["subject"]][int(one["subjectposition"])] = one["data"]["amount"]
        return {subject: [amount for _, amount in sorted(events.items())] for subject, events in found.items()}

    def test_topics_that_are_in_order_already_are_dispatched_without_a_sequencer(self):
        """Sluice's own ordered topic, one that a subscription writes, and one of Kafka's own producer: at once, and over a kill."""
        team, moves = f"{self.domain}.team", f"{self.domain}.moves"
        self.subscribe("team", f"{{name: {team}, partitions: 3}}", ", types: [order.placed]")
        self.given("copy", self.ordered(), 4, "positions: contiguous")
        self.given("rising", team, 3, "positions: rising")
        self.given("moves", moves, 3, "positions: offset", types=("stock.moved",),
                   channel="    x-sluice: {plain: {subject: {key: string}, type: stock.moved}}\n")
        daemon = self.daemon()
        self.publish(*(event(f"s{s}", n) for n in (3, 1, 2) for s in range(4)), event("s1", 4, kind="order.cancelled"))
        lines = "".join(f"p{p}:{{\"amount\": {n}}}\n" for n in range(1, 6) for p in range(6))
        producer = self.cluster.nodes[0].java(
            "-XX:TieredStopAtLevel=1", "org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", self.cluster.bootstrap,
            "--topic", moves, "--property", "parse.key=true", "--property", "key.separator=:")
        subprocess.run([jars.java(), *producer[1:]], check=True, input=lines, text=True, capture_output=True, timeout=120)
        daemon.kill()
        daemon = self.daemon()
        shop = {f"s{s}": [1, 2, 3] for s in range(4)}
        wait_until(lambda: self.heard("moves") == {f"p{p}": [1, 2, 3, 4, 5] for p in range(6)}, "all moves", seconds=120)
        wait_until(lambda: self.heard("rising") == shop, "what the team's topic has", seconds=120)
        wait_until(lambda: self.heard("copy") == {**shop, "s1": [1, 2, 3, 4]}, "all of the ordered topic", seconds=120)
        self.assertEqual([], self.stuck())
        self.assertIn("no sequencer: its topic is in order already", self.sluice("status").stdout)
        self.assertEqual(0, daemon.stop())

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
