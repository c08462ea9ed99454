#!/usr/bin/env python3
"""SIGTERM: ready no more, nothing new, what is in flight ends, exit code 0 in time, nothing lost."""

import json
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import Case, event, lines, wait_until

GRACE_SECONDS = 30  # between SIGTERM and SIGKILL, by Kubernetes' default


def feed(pipe, subject):
    """Events without end, until nobody takes them."""
    try:
        for number in range(1, 1_000_000):
            pipe.write(lines([event(subject, number)]))
        pipe.close()
    except (BrokenPipeError, ValueError):
        pass


class Request:
    """A request that the daemon has begun to read, and that ends when this test says so."""

    def __init__(self, daemon, body):
        host, _, port = daemon.info()["api"].rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self.body = body
        self.socket.sendall(f"POST /v1/events HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/jsonl\r\n"
                            f"Content-Length: {len(body)}\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n"
                            .encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self.socket.recv(1)
        assert answer == b"HTTP/1.1 100 Continue\r\n\r\n", answer

    def finish(self):
        self.socket.sendall(self.body.encode())
        answer = b""
        while part := self.socket.recv(65536):
            answer += part
        self.socket.close()
        head, _, body = answer.decode().partition("\r\n\r\n")
        return int(head.split()[1]), json.loads(body)


def takes_connections(address):
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
        return True
    except ConnectionRefusedError:
        return False


class Stop(Case):
    def publisher(self, subject):
        process = self.start("publish", "-", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        threading.Thread(target=feed, args=(process.stdin, subject), daemon=True).start()
        return process

    def test_ready_no_more_then_nothing_new_then_what_is_in_flight_then_0(self):
        daemon = self.daemon()
        api = daemon.info()["api"]
        request = Request(daemon, lines([event("a", 1)]))
        daemon.process.send_signal(signal.SIGTERM)
        wait_until(lambda: daemon.management("/readyz")[0] == 503, "not ready any more")
        self.assertEqual("[+]ping ok\n[+]log ok\n[+]engine ok\n[-]intake failed: stopping: nothing new is taken\n"
                         "readyz check failed\n", daemon.management("/readyz")[2])
        self.assertEqual(200, daemon.management("/livez")[0])
        wait_until(lambda: not takes_connections(api), "the API takes nothing new")
        self.assertIsNone(daemon.process.poll())
        status, answer = request.finish()
        self.assertEqual(200, status)
        self.assertEqual([True], [one["accepted"] for one in answer["events"]])
        self.assertEqual(0, daemon.process.wait(timeout=GRACE_SECONDS))
        self.assertEqual(["a-1"], [one["id"] for one in self.read("order.placed")])

    def test_under_load_it_ends_in_time_and_keeps_what_it_acknowledged(self):
        daemon = self.daemon()
        publishers = {subject: self.publisher(subject) for subject in ("a", "b", "c")}
        acknowledged = {subject: sum(json.loads(one.stdout.readline())["accepted"] for _ in range(300))
                        for subject, one in publishers.items()}
        began = time.monotonic()
        self.assertEqual(0, daemon.stop())
        self.assertLess(time.monotonic() - began, GRACE_SECONDS)
        for subject, one in publishers.items():
            acknowledged[subject] += sum(json.loads(line)["accepted"] for line in one.stdout)
            self.assertEqual(3, one.wait(timeout=30))
            self.assertIn(f"{acknowledged[subject]} events acknowledged before: publish it again",
                          one.stderr.read())
        self.settle()
        for subject, count in acknowledged.items():
            found = [int(one["sourcesequence"]) for one in self.read("order.placed", "--subject", subject)]
            self.assertEqual(list(range(1, len(found) + 1)), found)
            self.assertGreaterEqual(len(found), count)
            ordered = [int(one["subjectposition"]) for one in self.read("shop.ordered", "--subject", subject)]
            self.assertEqual(list(range(1, len(found) + 1)), ordered)

    def test_what_was_handled_is_not_handled_again_after_a_stop(self):
        for stop in range(4):
            daemon = self.daemon()
            self.publish(*[event("a", stop * 10 + number) for number in range(1, 11)])
            daemon.settle()
            self.assertEqual(0, daemon.stop((signal.SIGTERM, signal.SIGINT)[stop % 2]))
            self.assertFalse((self.dir / "data" / "daemon.json").exists())
        self.assertEqual([str(number) for number in range(1, 41)],
                         [str(one["subjectposition"]) for one in self.audit()])

    def test_a_stop_in_the_middle_of_delivering_hands_back_the_rest(self):
        daemon = self.daemon()
        self.publish(*[event(f"s{number % 50}", number // 50 + 1) for number in range(2_000)])
        self.assertEqual(0, daemon.stop())
        self.settle()
        delivered = {}
        for one in self.audit():  # at least once: positions that were passed are refused
            position = int(one["subjectposition"])
            passed = delivered.get(one["subject"], 0)
            self.assertLessEqual(position, passed + 1)
            delivered[one["subject"]] = max(passed, position)
        self.assertEqual({f"s{number}": 40 for number in range(50)}, delivered)

    def test_a_second_signal_ends_it_at_once_and_loses_nothing(self):
        daemon = self.daemon()
        self.publish(event("a", 1), event("a", 2))
        request = Request(daemon, lines([event("b", 1)]))  # never finished: the drain waits for it
        daemon.process.send_signal(signal.SIGTERM)
        wait_until(lambda: daemon.management("/readyz")[0] == 503, "it drains")
        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(-signal.SIGTERM, daemon.process.wait(timeout=10))
        request.socket.close()
        self.settle()
        self.assertEqual(["a-1", "a-2"], [one["id"] for one in self.read("shop.ordered")])


if __name__ == "__main__":
    unittest.main()
