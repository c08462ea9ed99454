#!/usr/bin/env python3
"""SIGTERM in the thick of it: receivers and clients that are slow, or never answer, while publishers go on.

stop_test.py has the sequence, step by step; here is what others may do to it.
"""

import json
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import CONFIG, event, lines, wait_until
from push_harness import PushCase
from stop_test import GRACE_SECONDS, takes_connections

LOADED = CONFIG + """\
  - {{name: pulled, domain: shop, sink: {{pull: {{}}}}}}
  - {{name: quiet, domain: shop, types: [order.cancelled], sink: {{pull: {{}}}}}}
  - name: pushed
    domain: shop
    sink: {{http: 'http://127.0.0.1:{port}/events', connections: 4, timeout: {timeout}}}
push: {{allow: [127.0.0.0/8]}}
"""
SUBJECTS = [f"s{number}" for number in range(12)]


class Deaf:
    """A receiver that takes connections, reads, and never answers."""

    def __init__(self, port):
        self.heard = []
        self.listening = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                one, _ = self.listening.accept()
            except OSError:
                return
            self.heard.append(one)

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self.listening.close()
        for one in self.heard:
            one.close()


class Drain(PushCase):
    def setUp(self):
        super().setUp()
        self.use(timeout="15s")

    def use(self, **more):
        self.write("sluice.yaml", LOADED.format(port=self.port, **more))

    def end(self, daemon, began, code=0):
        """It ends by itself, before it would be killed."""
        self.assertEqual(code, daemon.process.wait(timeout=GRACE_SECONDS - (time.monotonic() - began)), daemon.output())
        print(f"{self.id()}: ended after {time.monotonic() - began:.1f} s")

    def publisher(self, subject, acknowledged):
        """A service that publishes until the daemon takes no more; a line is acknowledged when the answer says so."""
        process = self.start("publish", "-", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)

        def feed():
            try:
                for number in range(1, 100_000):
                    process.stdin.write(lines([event(subject, number)]))
                    process.stdin.flush()
                    time.sleep(0.05)
            except (BrokenPipeError, ValueError):
                pass

        def count():
            for line in process.stdout:
                acknowledged[subject] += json.loads(line)["accepted"]

        threads = [threading.Thread(target=one, daemon=True) for one in (feed, count)]
        for one in threads:
            one.start()
        return threads[1]

    def puller(self, daemon, answers):
        """A client that waits for events that do not come; it notes what it was told."""
        def ask():
            status, _, body = daemon.request("POST", "/v1/subscriptions/quiet/pull?wait=1m")
            answers.append((status, json.loads(body)["leases"]))
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        return thread

    def load(self, daemon):
        """Publishers that go on, and a client that has pulled: (how many are acknowledged, who counts them, the lease)."""
        acknowledged = dict.fromkeys(SUBJECTS, 0)
        counting = [self.publisher(subject, acknowledged) for subject in SUBJECTS]
        wait_until(lambda: all(acknowledged.values()), "everybody has published")
        leases = []

        def lease():
            leases.extend(json.loads(daemon.request("POST", "/v1/subscriptions/pulled/pull?max=1&lease=10m")[2])["leases"])
            return leases
        wait_until(lease, "a lease is given")
        return acknowledged, counting, leases[0]

    def answer_lease(self, daemon, lease):
        answers = [{"lease": lease["lease"], "position": int(one["subjectposition"])} for one in lease["events"]]
        status, _, body = daemon.request("POST", "/v1/subscriptions/pulled/ack", json.dumps({"answers": answers}),
                                         {"Content-Type": "application/json"})
        return status, [one["accepted"] for one in json.loads(body)["answers"]]

    def assert_nothing_is_lost(self, acknowledged, answered=None):
        """Restarted, it delivers all that it had acknowledged, each subject in order, to everybody."""
        daemon = self.daemon()
        ordered = {subject: [] for subject in acknowledged}

        def pull_all():
            """True when there is nothing more."""
            asked = "/v1/subscriptions/pulled/pull?max=1000&wait=1s&lease=10m"
            got = json.loads(daemon.request("POST", asked)[2])["leases"]
            for one in got:
                ordered[one["subject"]] += [int(each["subjectposition"]) for each in one["events"]]
                self.assertEqual((200, [True] * len(one["events"])), self.answer_lease(daemon, one))
            return not got and daemon.api("/v1/status")[1]["idle"]
        wait_until(pull_all, "all of it comes", seconds=90)
        published = {subject: len(self.read("order.placed", "--subject", subject)) for subject in acknowledged}
        for subject, count in acknowledged.items():
            self.assertGreaterEqual(published[subject], count)
        whole = {subject: list(range(1, count + 1)) for subject, count in published.items()}
        if answered:  # by a client, before
            ordered[answered["subject"]] = [int(one["subjectposition"]) for one in answered["events"]] + ordered[answered["subject"]]
        self.assertEqual(whole, ordered, "pulled: each event once, but for what had been answered")
        filed = {subject: [] for subject in acknowledged}
        for one in self.audit():
            filed[one["subject"]].append(int(one["subjectposition"]))
        self.assertEqual(whole, {subject: sorted(set(places)) for subject, places in filed.items()})
        wait_until(lambda: {subject: sorted(set(places)) for subject, places in self.taken().items()} == whole,
                   "the receiver has everything")
        self.assertEqual(0, daemon.stop())

    def test_deliveries_end_pulls_are_let_go_and_what_was_acknowledged_is_there(self):
        self.receive()
        self.answer({"delay": 0.5})
        daemon = self.daemon()
        acknowledged, counting, lease = self.load(daemon)
        waiting = []
        other = self.puller(daemon, waiting)
        wait_until(lambda: len(self.received()) >= 4, "the receiver is at work")
        api = daemon.info()["api"]
        began = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        wait_until(lambda: daemon.management("/readyz")[0] != 200, "not ready first of all")
        other.join(10)
        self.assertEqual([(200, [])], waiting, "who waits is answered")
        self.assertEqual(503, daemon.request("POST", "/v1/subscriptions/quiet/pull")[0], "and is given nothing more")
        self.assertEqual((200, [True]), self.answer_lease(daemon, lease), "who has something may answer")
        wait_until(lambda: not takes_connections(api), "then nothing new")
        self.end(daemon, began)
        for one in counting:
            one.join(30)
        done = self.taken()
        self.answer()
        self.assert_nothing_is_lost(acknowledged, answered=lease)
        again = {subject: [place for place in self.taken()[subject] if self.taken()[subject].count(place) > 1]
                 for subject in done}
        self.assertEqual({subject: [] for subject in done}, again, "what the receiver had answered is not sent again")

    def test_a_receiver_that_never_answers_is_given_up_and_gets_it_again_as_the_first_time(self):
        self.use(timeout="10m")
        deaf = Deaf(self.port)
        daemon = self.daemon()
        self.publish(*(event(subject, 1) for subject in SUBJECTS))
        wait_until(lambda: len(deaf.heard) == 4, "it has all connections")
        daemon.process.send_signal(signal.SIGTERM)
        self.end(daemon, time.monotonic())
        deaf.close()
        self.receive()
        daemon = self.daemon()
        wait_until(lambda: self.taken() == {subject: [1] for subject in SUBJECTS}, "all of it comes")
        self.assertEqual({"1"}, {one["headers"]["sluice-attempt"] for one in self.received()})

    def test_clients_that_are_slow_for_ever_are_cut_off(self):
        self.receive()
        daemon = self.daemon()
        self.publish(*(event("a", number, data={"amount": number, "note": "x" * 20_000}) for number in range(1, 401)))
        host, _, port = daemon.info()["api"].rpartition(":")
        head = f"HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/jsonl\r\n"
        slow = [socket.create_connection((host, int(port))) for _ in range(4)]  # the last one says nothing at all
        for one in slow:
            self.addCleanup(one.close)
        slow[0].sendall(f"POST /v1/events {head}Content-Length: 1000000\r\n\r\n".encode())  # then a byte now and then
        slow[1].sendall(f"POST /v1/events {head}".encode())  # headers without end
        slow[2].sendall(f"GET /v1/topics/order.placed/records?limit=1000 {head}\r\n".encode())  # reads hardly anything
        over = threading.Event()

        def trickle():
            while not over.wait(1):
                for at, one in enumerate(slow[:3]):
                    try:
                        if at == 2:
                            one.recv(1)
                        else:
                            one.sendall(b"x-" if at == 1 else b" ")
                    except OSError:
                        pass
        trickling = threading.Thread(target=trickle)
        trickling.start()
        self.addCleanup(trickling.join)
        self.addCleanup(over.set)
        time.sleep(1)
        began = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        self.end(daemon, began)

    def test_a_kill_in_the_middle_of_it_loses_nothing(self):
        self.receive()
        self.answer({"delay": 0.3})
        daemon = self.daemon()
        acknowledged, counting, _ = self.load(daemon)
        daemon.process.send_signal(signal.SIGTERM)
        wait_until(lambda: daemon.management("/readyz")[0] != 200, "it drains")
        daemon.process.kill()
        self.assertEqual(-signal.SIGKILL, daemon.process.wait(timeout=10))
        for one in counting:
            one.join(30)
        self.answer()
        self.assert_nothing_is_lost(acknowledged)

    def test_a_stop_while_it_starts_is_heard(self):
        process = self.start("serve", "-c", "sluice.yaml", stdout=subprocess.PIPE)
        wait_until(lambda: (self.dir / "data").exists(), "it has begun")
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=GRACE_SECONDS)
        self.assertIn(process.returncode, (0, -signal.SIGTERM), out)


if __name__ == "__main__":
    unittest.main()
