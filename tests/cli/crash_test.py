#!/usr/bin/env python3
"""kill -9, again and again: what was acknowledged is there, once, in its order."""

import json
import os
import random
import subprocess
import threading
import unittest

from harness import Case, event, lines

SEED = int(os.environ.get("SLUICE_SEED", random.randrange(2 ** 32)))


class Crash(Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.acknowledged = set()

    def shortDescription(self):
        return f"rerun with SLUICE_SEED={SEED}"

    def publish_until(self, events, count, victim):
        """Publishes the events from the first on; kills `victim(publisher)` once `count` of them are acknowledged."""
        publisher = self.start("publish", "-", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)

        def feed():
            try:
                for one in events:
                    publisher.stdin.write(lines([one]))
                publisher.stdin.close()
            except (BrokenPipeError, ValueError):
                pass

        feeding = threading.Thread(target=feed, daemon=True)
        feeding.start()
        killed = False
        for line in publisher.stdout:
            try:
                answer = json.loads(line)
            except json.JSONDecodeError:
                break  # cut by the kill: told to nobody
            if answer["accepted"]:
                self.acknowledged.add(events[answer["line"] - 1]["id"])
                count -= 1
            if count == 0:
                victim(publisher).kill()
                killed = True
        feeding.join()
        self.assertTrue(killed, "everything was published before the kill")
        publisher.wait(timeout=60)
        return publisher.returncode, publisher.stderr.read()

    def check_all_is_there(self, events):
        self.sluice("publish", "-", stdin=lines(events))  # again, as `publish` advises
        self.settle()
        self.assertEqual(set(), self.acknowledged - {one["id"] for one in self.read("order.placed")})
        ordered = {}
        for one in self.read("shop.ordered"):
            ordered.setdefault(one["subject"], []).append((int(one["subjectposition"]), one["id"]))
        expected = {}
        for one in events:
            known = expected.setdefault(one["subject"], [])
            known.append((len(known) + 1, one["id"]))
        self.assertEqual(expected, ordered)
        delivered = {subject: [] for subject in expected}
        for one in self.audit():  # at least once, in order: refuse positions that were passed
            known = delivered[one["subject"]]
            position = int(one["subjectposition"])
            self.assertLessEqual(position, len(known) + 1)
            if position == len(known) + 1:
                known.append((position, one["id"]))
        self.assertEqual(expected, delivered)

    def test_of_the_daemon_while_it_is_published_to(self):
        events = [event(f"s{number % 7}", number // 7 + 1) for number in range(7_000)]
        for _ in range(4):
            daemon = self.daemon()
            code, error = self.publish_until(events, self.random.randint(1, 2_500), lambda _: daemon.process)
            daemon.process.wait(timeout=60)  # it has the directory until it is gone
            self.assertEqual(3, code)
            self.assertRegex(error, r"^sluice: stdin: no answer from 127\.0\.0\.1:\d+ \(.+\); look whether the daemon "
                                    r"runs; \d+ events? acknowledged before: publish it again, duplicates are "
                                    r"recognised\n$")
        self.check_all_is_there(events)

    def test_of_the_daemon_while_it_delivers(self):
        events = [event(f"s{number % 7}", number // 7 + 1) for number in range(1_400)]
        for part in range(5):
            daemon = self.daemon()
            self.publish(*events[part * 280:(part + 1) * 280])
            self.acknowledged |= {one["id"] for one in events[part * 280:(part + 1) * 280]}
            daemon.process.kill()
            daemon.process.wait()
        self.check_all_is_there(events)

    def test_of_a_publisher_that_has_the_directory_open_itself(self):
        events = [event(f"s{number % 7}", number // 7 + 1) for number in range(7_000)]
        for _ in range(4):
            code, _ = self.publish_until(events, self.random.randint(1, 2_500), lambda publisher: publisher)
            self.assertEqual(-9, code)
        self.check_all_is_there(events)

    def test_a_stale_daemon_file_keeps_nobody_away(self):
        daemon = self.daemon()
        self.publish(event("a", 1))
        daemon.process.kill()
        daemon.process.wait()
        self.assertTrue((self.dir / "data" / "daemon.json").exists())
        self.assertEqual(["a-1"], [one["id"] for one in self.read("order.placed")])
        self.publish(event("a", 2))
        self.settle()
        self.assertEqual(["a-1", "a-2"], [one["id"] for one in self.read("shop.ordered")])


if __name__ == "__main__":
    unittest.main()
