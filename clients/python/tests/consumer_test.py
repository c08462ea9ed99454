#!/usr/bin/env python3
"""The consumer against the binary: answers, long handlers, a stop, and what it does while Sluice is away."""

import json
import os
import signal
import threading
import time
import unittest

from consumer_case import ConsumerCase, made
from harness import wait_until
from sluice import Client, Consumer, Dead, NotFound, Options, Retry


class Answers(ConsumerCase):
    def test_subjects_side_by_side_and_each_in_its_order(self):
        self.start_all()
        together, most, seen = set(), [0], []

        def handle(event):
            together.add(event.subject)
            most[0] = max(most[0], len(together))
            time.sleep(0.05)
            seen.append((event.subject, event.position))
            together.discard(event.subject)

        self.client.publish(*(made(subject, n) for n in range(1, 6) for subject in "abcd"))
        self.consume(handle, workers=3)
        wait_until(lambda: len(seen) == 20, "all are handled")
        self.daemon_now.settle()
        for subject in "abcd":
            self.assertEqual([1, 2, 3, 4, 5], [position for one, position in seen if one == subject])
        self.assertTrue(2 <= most[0] <= 3, most)

    def test_retry_dead_and_a_bug_returned_or_raised(self):
        self.start_all()
        seen = []

        def handle(event):
            seen.append(event.subject)
            times = seen.count(event.subject)
            if event.subject == "raises":
                raise Dead("no such item")
            if event.subject == "returns":
                return Dead("no such member")
            if event.subject == "later" and times == 1:
                return Retry("busy", after_s=0.01)
            if event.subject == "bug" and times == 1:
                raise KeyError("amount")
            return None

        self.client.publish(*(made(subject, 1) for subject in ("raises", "returns", "later", "bug")))
        self.consume(handle)
        wait_until(lambda: len(seen) == 6, "all are handled")
        self.daemon_now.settle()
        stuck = wait_until(lambda: json.loads(self.sluice("stuck", "--json").stdout)["stuck"], "they are parked")
        self.assertEqual({"raises": "position 1, 1 attempts: no such item", "returns": "position 1, 1 attempts: no such member"},
                         {one["subject"]: one["reason"] for one in stuck})

    def test_a_handler_that_takes_longer_than_a_lease_keeps_it(self):
        self.start_all()
        seen = []
        self.client.publish(made("a", 1), made("a", 2))
        self.consume(lambda event: seen.append(event.position) or time.sleep(5 if event.position == 1 else 0), lease_s=3)
        wait_until(lambda: len(seen) == 2, "both are handled")
        self.daemon_now.settle()
        self.assertEqual([1, 2], seen)

    def test_a_handler_that_takes_too_long_loses_it(self):
        self.start_all()
        begun = []
        self.client.publish(made("a", 1))
        self.consume(lambda event: begun.append(1) or time.sleep(2.5 if len(begun) == 1 else 0), lease_s=0.5, handle_max_s=0.6)
        wait_until(lambda: len(begun) == 2, "it came again while the first was at work")
        self.daemon_now.settle()


class Ends(ConsumerCase):
    def test_a_stop_lets_what_was_begun_end_and_gives_back_the_rest(self):
        self.start_all()
        begun, ended = threading.Event(), []

        def handle(event):
            begun.set()
            time.sleep(0.5)
            ended.append(event.position)

        self.client.publish(*(made("a", n) for n in (1, 2, 3)))
        consumer, thread, result = self.consume(handle)
        begun.wait()
        consumer.stop()
        thread.join(30)
        self.assertEqual([True], result)
        self.assertEqual([1], ended)
        rest = self.client.pull("audit", wait_s=10)[0]
        self.assertEqual((2, 1), (rest.events[0].position, rest.attempt), "to be given back is no attempt")

    def test_a_stop_does_not_wait_for_ever(self):
        self.start_all()
        begun = threading.Event()
        self.client.publish(made("a", 1))
        consumer, thread, result = self.consume(lambda event: begun.set() or time.sleep(20), grace_s=0.2)
        begun.wait()
        consumer.stop()
        thread.join(15)
        self.assertEqual([False], result)

    def test_sigterm_is_a_stop(self):
        self.start_all()
        before = signal.getsignal(signal.SIGTERM)

        def tell_it():
            wait_until(lambda: signal.getsignal(signal.SIGTERM) != before, "it hears signals")
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=tell_it, daemon=True).start()
        with self.assertLogs("sluice", "INFO") as said:
            self.assertTrue(Consumer(self.client, "audit", lambda event: None, Options(wait_s=0.2)).run())
        self.assertEqual(["audit: pulling, 8 workers", "audit: stopping, nothing more is begun"],
                         [one.getMessage() for one in said.records])
        self.assertEqual(before, signal.getsignal(signal.SIGTERM))

    def test_what_no_waiting_mends_is_raised(self):
        self.start_all()
        with self.assertRaises(NotFound):
            Consumer(self.client, "audti", lambda event: None).run(signals=False)

    def test_it_begins_before_the_daemon_and_outlives_it(self):
        seen = []
        self.client = Client(f"http://127.0.0.1:{self.port}")
        self.addCleanup(self.client.close)
        self.consume(lambda event: seen.append(event.position))
        time.sleep(0.3)
        daemon = self.daemon()
        self.client.publish(made("a", 1))
        wait_until(lambda: seen == [1], "the first is handled")
        daemon.settle()
        daemon.kill()
        daemon = self.daemon()
        self.client.publish(made("a", 2))
        wait_until(lambda: seen == [1, 2], "the second is handled")
        daemon.settle()


class Limits(unittest.TestCase):
    def test_each_is_checked(self):
        for name, value in (("workers", 0), ("events_max", 1001), ("lease_s", 0.01), ("wait_s", 61), ("grace_s", -1)):
            with self.assertRaisesRegex(ValueError, name):
                Options(**{name: value})


if __name__ == "__main__":
    unittest.main()
