#!/usr/bin/env python3
"""SIGTERM on Kafka while publishers go on: with brokers that are there, that are gone, and that do not answer."""

import json
import signal
import subprocess
import threading
import time
import unittest

from harness import event, lines, wait_until
from serve_test import OnKafka

GRACE_SECONDS = 30  # between SIGTERM and SIGKILL, by Kubernetes' default
SUBJECTS = ("s1", "s2", "s3")


class Drain(OnKafka):
    def publisher(self, subject, acknowledged):
        """Publishes until the daemon takes no more."""
        process = self.start("publish", "-", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)

        def feed():
            try:
                for number in range(1, 100_000):
                    process.stdin.write(lines([event(subject, number)]))
                    process.stdin.flush()
                    time.sleep(0.01)
            except (BrokenPipeError, ValueError):
                pass

        def count():
            for line in process.stdout:
                acknowledged[subject] += json.loads(line)["accepted"]

        threads = [threading.Thread(target=one, daemon=True) for one in (feed, count)]
        for one in threads:
            one.start()
        return process, threads[1]

    def stop_beside(self, what, codes=(0,)):
        """A daemon under load is told to stop when `what` has happened to the brokers; all of it is there afterwards."""
        daemon = self.daemon()
        acknowledged = dict.fromkeys(SUBJECTS, 0)
        publishers = [self.publisher(subject, acknowledged) for subject in SUBJECTS]
        wait_until(lambda: min(acknowledged.values()) > 20 and len(self.audit()) > 20, "events flow", seconds=60)
        what()
        began = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        wait_until(lambda: daemon.management("/readyz")[0] != 200, "not ready at once", seconds=5)
        code = daemon.process.wait(timeout=GRACE_SECONDS)
        print(f"{self.id()}: exit code {code} after {time.monotonic() - began:.1f} s, {sum(acknowledged.values())} acknowledged")
        self.assertIn(code, codes, daemon.output())
        for process, counting in publishers:
            process.kill()
            counting.join(30)
        return acknowledged

    def assert_all_there(self, acknowledged):
        self.settle()
        histories = self.histories()
        for subject, count in acknowledged.items():
            self.assertGreaterEqual(len(histories[subject]), count)
            self.assertEqual(list(range(1, len(histories[subject]) + 1)), histories[subject])
        delivered = {subject: set() for subject in SUBJECTS}
        for one in self.audit():
            delivered[one["subject"]].add(int(one["subjectposition"]))
        self.assertEqual({subject: set(range(1, len(numbers) + 1)) for subject, numbers in histories.items()}, delivered)

    def test_with_brokers_that_answer(self):
        self.assert_all_there(self.stop_beside(lambda: None))

    def test_with_brokers_that_are_gone(self):
        try:
            acknowledged = self.stop_beside(self.cluster.kill_all, codes=(0, 3))
        finally:
            self.cluster.start_all()
        self.assert_all_there(acknowledged)

    def test_with_brokers_that_do_not_answer(self):
        node = self.cluster.node(1)
        try:
            acknowledged = self.stop_beside(node.pause, codes=(0, 3))
        finally:
            node.resume()
        self.assert_all_there(acknowledged)


if __name__ == "__main__":
    unittest.main(verbosity=2)
