#!/usr/bin/env python3
"""The daemon is killed while commands are under way that are about many subjects or a whole subscription, or that must leave
nothing behind. On the embedded log here, on Kafka by tests/broker/same_kills_test.py.

SLUICE_KILLS says how often (default 6), SLUICE_SEED which moments.
"""

import json
import threading
import time
import unittest

from harness import event, wait_until
from kills import Kills
from push_harness import PushCase

SUBJECTS = 8
RETRY = "    retry: {first: 20ms, max: 200ms, attempts: 1000}\n"
HOMES = 4


class Many(Kills, PushCase):
    def setUp(self):
        super().setUp()
        self.configure(sink=", dry_run: true", more=RETRY)
        self.receive()
        self.asked = []  # ids, as often as the audit has to have them

    def ask(self, daemon, verb, count, **about):
        """A command that a killed daemon is given, and again who comes after it; answers that one, and what it did."""
        name = f"{verb}-{len(self.asked)}"
        body = {"verb": verb, "subscription": "audit", "reason": "mended", "by": "alice", "id": name, **about}

        def tell():
            with self.nobody_answers():
                self.command(daemon, body)
        told = threading.Thread(target=tell)
        told.start()
        time.sleep(self.moments.choice((0, 0.02, 0.1, 0.3)) * self.moments.random())
        daemon.kill()
        told.join()
        fresh = self.daemon()

        def done():
            answer = self.command(fresh, body)
            self.assertEqual((count, 0), (answer["count"], answer["refused"]), answer)
            return answer["done"] == count
        wait_until(done, f"{name} is carried out", self.PATIENCE_S)
        self.asked += [name] * count
        return fresh

    def stuck(self, daemon):
        return sorted((one["subject"], one["cause"]) for one in daemon.api("/v1/stuck?limit=1000")[1]["stuck"])

    def posted(self, dry_run):
        """By subject: positions that the receiver took, in the order of their first coming."""
        subjects = {}
        for one in self.received():
            headers = one["headers"]
            if one["status"] < 300 and dry_run == (headers.get("sluice-dry-run") == "true"):
                mine = subjects.setdefault(headers["ce-subject"], [])
                if int(headers["sluice-position"]) not in mine:
                    mine.append(int(headers["sluice-position"]))
        return subjects

    def arrives(self, expected):
        wait_until(lambda: sum(map(len, self.posted(False).values())) >= sum(map(len, expected.values())), "all arrives",
                   self.PATIENCE_S)
        self.assertEqual(expected, self.posted(False))

    def kept(self, daemon):
        self.assertEqual(0, daemon.stop())
        commands = [one for one in self.read("shop.audit") if one["type"] == "sluice.command"]
        self.assertEqual(sorted(self.asked), sorted(one["id"] for one in commands), "each once, and the log has it")
        self.assertEqual([], [one for one in commands if not one["outcome"].startswith("done: ")])

    def test_what_is_tried_leaves_nothing_and_a_selection_is_redriven_once(self):
        daemon = self.daemon()
        expected = {}
        for kill in range(self.kills):
            mended, broken = ([f"{kill}-{what}-{n}" for n in range(SUBJECTS)] for what in ("mended", "broken"))
            refused = {"status": 422}
            self.answer(types={"order.placed": refused, "order.cancelled": refused})
            self.publish_to(daemon, [event(one, n) for n in (1, 2) for one in mended])
            self.publish_to(daemon, [event(one, 1, "order.cancelled", {}) for one in broken])
            stands = sorted((one, "parked") for one in mended + broken)
            wait_until(lambda: self.stuck(daemon) == stands, "all are parked")
            self.answer(types={"order.cancelled": refused})

            daemon = self.ask(daemon, "try", 1, subject=mended[0])
            self.assertEqual(([1, 2], stands), (self.posted(True)[mended[0]], self.stuck(daemon)))
            self.arrives(expected)

            expected.update({one: [1, 2] for one in mended})
            daemon = self.ask(daemon, "redrive", SUBJECTS, cause="parked", type="order.placed",
                              **self.moments.choice(({}, {"rate": 100})))
            self.arrives(expected)
            wait_until(lambda: self.stuck(daemon) == sorted((one, "parked") for one in broken), "the others stand")

            self.answer()
            expected.update({one: [1] for one in broken})
            daemon = self.ask(daemon, "redrive", SUBJECTS, cause="parked")
            self.arrives(expected)
            wait_until(lambda: not self.stuck(daemon), "nothing stands any more")
        self.kept(daemon)

    def test_a_whole_subscription_stands_until_it_is_resumed(self):
        daemon = self.daemon()
        self.publish_to(daemon, [event("known", 1)])
        expected = {"known": [1]}
        self.arrives(expected)
        for kill in range(self.kills):
            daemon = self.ask(daemon, "pause", HOMES)
            self.assertEqual([("", "paused")], self.stuck(daemon))
            mine = [f"{kill}-{n}" for n in range(SUBJECTS)]
            self.publish_to(daemon, [event(one, n) for one in mine for n in (1, 2)])
            self.all_ordered(mine)
            daemon.kill()
            daemon = self.daemon()
            self.assertEqual([("", "paused")], self.stuck(daemon))
            self.arrives(expected)  # and nothing else
            expected.update({one: [1, 2] for one in mine})
            daemon = self.ask(daemon, "resume", HOMES)
            self.arrives(expected)
            self.assertEqual([], self.stuck(daemon))
        self.kept(daemon)

    def all_ordered(self, subjects):
        def ordered():
            lines = self.sluice("read", "shop.ordered", "--json").stdout.splitlines()
            return sum(1 for line in lines if json.loads(line)["subject"] in subjects) == 2 * len(subjects)
        wait_until(ordered, "all is in the ordered topic")


if __name__ == "__main__":
    unittest.main()
