#!/usr/bin/env python3
"""The daemon is killed while operators' commands are under way: each is carried out once, whenever that was. On the embedded
log here, on Kafka by tests/broker/same_kills_test.py.

SLUICE_KILLS says how often (default 6), SLUICE_SEED which moments.
"""

import collections
import json
import threading
import time
import unittest

from harness import Case, wait_until
from kills import Kills, once_each
from verbs_kill_kinds import BEFORE_THE_TOPIC, BEHIND_THE_TOPIC


class Killed(Kills, Case):
    def test_every_command_is_carried_out_once(self):
        self.kill_while_told(BEHIND_THE_TOPIC)

    def test_also_where_what_is_invalid_waits_and_little_may_wait(self):
        self.kill_while_told(BEFORE_THE_TOPIC)

    def kill_while_told(self, kinds):
        rounds = [[kind(f"{kill}-{kind.__name__.lower()}-{n}") for n in range(2) for kind in kinds] for kill in range(self.kills)]
        everyone = [one for mine in rounds for one in mine]
        self.begin(everyone, kinds[0].contract)
        daemon = self.daemon()
        standing = {one.subject for one in everyone if one.events()}
        wait_until(lambda: {one["subject"] for one in self.stuck()} == standing, "all stand still")
        aside = sum(1 for one in self.stuck() if one["cause"] == "aside")
        self.assertEqual(sum(len(one.events()) - 3 for one in everyone if len(one.events()) > 3), aside)
        for mine in rounds:
            self.moments.shuffle(mine)
            told = threading.Thread(target=self.tell_all, args=(daemon, mine))
            told.start()
            time.sleep(self.moments.uniform(0, 0.6))
            daemon.kill()
            told.join()
            daemon = self.daemon()
            self.tell_all(daemon, mine)  # whoever got no answer asks again, under the same id
            for one in mine:
                self.publish_to(daemon, one.after())
        left = collections.Counter({one.subject: one.left_aside for one in everyone if one.left_aside})
        wait_until(lambda: collections.Counter(one["subject"] for one in self.stuck()) == left, "nothing stands any more",
                   self.PATIENCE_S)
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.check(everyone)

    def begin(self, everyone, contract):
        """Published as by producers that no contract is asked of."""
        self.write("shop.yaml", contract.replace("validation: enforce", "validation: off"))
        self.publish(*(one for trouble in everyone for one in trouble.events()))
        self.write("shop.yaml", contract)

    def stuck(self):
        return json.loads(self.sluice("stuck", "--json").stdout)["stuck"]

    def tell_all(self, daemon, troubles):
        with self.nobody_answers():
            for trouble in troubles:
                for command in trouble.commands():
                    self.publish_to(daemon, trouble.before(command["verb"]))
                    self.command(daemon, command)

    def check(self, everyone):
        handled = {}
        for one in once_each(self.audit()):
            if one["type"] != "sluice.gap":
                handled.setdefault(one["subject"], []).append((one["sourcesequence"], one["data"]["amount"]))
        self.assertEqual({one.subject: [(n, int(n)) for n in one.delivered] for one in everyone}, handled)
        done = [one["id"] for one in self.read("shop.audit") if one.get("outcome", "").startswith("done: ")]
        done += [one["id"] for one in self.read("shop.aside") if one.get("aside", "").startswith("chosen: carried out")]
        self.assertEqual(sorted(name for one in everyone for name in one.carried_out()), sorted(done),
                         "each once, and the log has it")


if __name__ == "__main__":
    unittest.main()
