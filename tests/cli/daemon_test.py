#!/usr/bin/env python3
"""serve: what a daemon answers, what survives it, and how it ends."""

import json
import signal
import subprocess
import threading
import unittest

from harness import BINARY, Case, event, lines, wait_until


def feed(pipe):
    """Events without end, until nobody takes them."""
    try:
        for number in range(1, 1_000_000):
            pipe.write(lines([event("a", number)]))
        pipe.close()
    except BrokenPipeError:
        pass


class DaemonTest(Case):
    def test_events_flow_to_the_file_sink_in_order(self):
        daemon = self.daemon()
        self.sluice("publish", "-", stdin=lines([event("a", 3), event("a", 2, "order.cancelled"), event("b", 1)]))
        self.sluice("publish", "-", stdin=lines([event("a", 1)]))
        wait_until(lambda: len(self.audit()) == 4, "four events in the file")
        self.assertEqual(["1", "2", "3"],
                         [str(one["sourcesequence"]) for one in self.audit() if one["subject"] == "a"])
        self.assertEqual(0, daemon.stop())

    def test_the_api_answers_as_the_command_line(self):
        daemon = self.daemon()
        status, answer = daemon.api("/v1/domains/shop/events", json.dumps([event("a", 2), event("b", 0)]),
                                    "application/cloudevents-batch+json")
        self.assertEqual(200, status)
        self.assertEqual([True, False], [one["accepted"] for one in answer["events"]])
        self.assertIn("sourcesequence", answer["events"][1]["detail"])
        wait_until(lambda: daemon.api("/v1/stuck")[1]["stuck"], "a waits")
        self.assertIn("/orders 1", daemon.api("/v1/why/a")[1]["why"])
        status, problem = daemon.api("/v1/topics/nothing/records")
        self.assertEqual((404, "not-found"), (status, problem["code"]))
        self.assertIn("shop.ordered", problem["detail"])

    def test_health_and_metrics(self):
        daemon = self.daemon()
        self.assertEqual(200, daemon.management("/livez")[0])
        self.assertIn("[+]log ok", daemon.management("/readyz?verbose")[2])
        self.sluice("publish", "-", stdin=lines([event("a", 1), event("a", 3)]))
        wait_until(lambda: 'sluice_released_total{domain="shop"} 1' in daemon.management("/metrics")[2], "released")
        status, content_type, text = daemon.management("/metrics")
        self.assertEqual(200, status)
        self.assertTrue(content_type.startswith("text/plain; version=0.0.4"))
        for line in ('sluice_waiting_events{domain="shop"} 1', "sluice_build_info{", "sluice_wal_fsync_seconds_count"):
            self.assertIn(line, text)

    def test_kill_9_loses_nothing(self):
        for round_number in range(5):
            daemon = self.daemon()
            first = round_number * 20 + 1
            self.sluice("publish", "-", stdin=lines(event("a", n) for n in range(first, first + 20)))
            daemon.process.kill()
            daemon.process.wait()
        daemon = self.daemon()
        wait_until(lambda: daemon.api("/v1/status")[1]["idle"], "everything is handled")
        self.assertEqual([str(n) for n in range(1, 101)],
                         [str(one["subjectposition"]) for one in self.read("shop.ordered", "--subject", "a")])
        seen = []  # at least once, in order: refuse positions that were passed
        for one in self.audit():
            position = int(one["subjectposition"])
            self.assertLessEqual(position, len(seen) + 1)
            if position == len(seen) + 1:
                seen.append(position)
        self.assertEqual(100, len(seen))

    def test_a_second_daemon_is_refused(self):
        daemon = self.daemon()
        refused = self.sluice("serve", "-c", "sluice.yaml", code=3)
        self.assertIn(str(daemon.process.pid), refused.stderr)

    def test_it_ends_on_request(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            daemon = self.daemon()
            self.assertEqual(0, daemon.stop(how))
            self.assertIsNone(daemon.info() if (self.dir / "data" / "daemon.json").exists() else None)

    def test_a_stop_under_load_loses_nothing_that_was_acknowledged(self):
        daemon = self.daemon()
        publisher = subprocess.Popen([BINARY, "publish", "-", "--json"], cwd=self.dir, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(publisher.kill)
        feeding = threading.Thread(target=feed, args=(publisher.stdin,), daemon=True)
        feeding.start()
        accepted = [json.loads(publisher.stdout.readline())["accepted"] for _ in range(50)]
        self.assertEqual(0, daemon.stop())
        rest = publisher.stdout.read()
        feeding.join()
        self.assertEqual(3, publisher.wait(timeout=30))
        publisher.stdout.close()
        accepted += [json.loads(line)["accepted"] for line in rest.splitlines()]
        self.assertGreaterEqual(len(self.read("order.placed")), accepted.count(True))
        daemon = self.daemon()
        wait_until(lambda: daemon.api("/v1/status")[1]["idle"], "everything is handled")
        found = [int(one["subjectposition"]) for one in self.read("shop.ordered", "--subject", "a")]
        self.assertEqual(list(range(1, len(found) + 1)), found)

    def test_read_follows(self):
        self.daemon()
        follower = subprocess.Popen([BINARY, "read", "shop.ordered", "--follow", "--json"], cwd=self.dir,
                                    stdout=subprocess.PIPE, text=True)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.wait)
        self.addCleanup(follower.kill)
        self.sluice("publish", "-", stdin=lines([event("a", 1), event("a", 2)]))
        found = [json.loads(follower.stdout.readline())["id"] for _ in range(2)]
        self.assertEqual(["a-1", "a-2"], found)

    def test_the_log_is_json(self):
        daemon = self.daemon()
        daemon.stop()
        for line in daemon.output().splitlines():
            entry = json.loads(line)
            self.assertLessEqual({"time", "level", "message"}, entry.keys())


if __name__ == "__main__":
    unittest.main()
