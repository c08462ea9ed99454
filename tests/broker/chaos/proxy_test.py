#!/usr/bin/env python3
"""The proxies, in front of a broker that answers every request by its number: what they break, and what they leave whole."""

import pathlib
import random
import socket
import struct
import subprocess
import sys
import threading
import unittest

from cluster import free_ports
from frames import KEYS, Requests

HOST = "127.0.0.1"


def request(key, size=0):
    return struct.pack(">ih", 2 + size, key) + b"x" * size


class Frames(unittest.TestCase):
    def test_however_the_stream_is_cut_the_same_requests_are_seen(self):
        source = random.Random(5)
        for _ in range(200):
            keys = [source.choice(list(KEYS.values())) for _ in range(20)]
            stream = b"".join(request(key, source.choice([0, 1, 7, 900])) for key in keys)
            seen, requests = [], Requests()
            while stream:
                step = source.randint(1, 50)
                seen += requests.feed(stream[:step])
                stream = stream[step:]
            self.assertEqual(keys, seen)
            self.assertTrue(requests.between())

    def test_a_piece_that_ends_within_a_request_is_told(self):
        requests = Requests()
        self.assertEqual([26], requests.feed(request(26, 4)[:-1]))
        self.assertFalse(requests.between())
        self.assertEqual([], requests.feed(b"x"))
        self.assertTrue(requests.between())
        self.assertEqual([], requests.feed(b"\0\0"))
        self.assertFalse(requests.between())


class Broker(threading.Thread):
    """Answers each request by its number, and notes it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server((HOST, 0))
        self.port = self.listener.getsockname()[1]
        self.seen, self.changed = [], threading.Condition()
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        requests = Requests()
        with connection:
            while piece := self.received(connection):
                keys = requests.feed(piece)
                with self.changed:
                    self.seen += keys
                    self.changed.notify_all()
                try:
                    connection.sendall(bytes(keys))
                except OSError:
                    return

    @staticmethod
    def received(connection):
        try:
            return connection.recv(1 << 16)
        except OSError:
            return b""

    def has_seen(self, keys, seconds=10):
        with self.changed:
            return self.changed.wait_for(lambda: self.seen == keys, seconds)


class ProxyTest(unittest.TestCase):
    def setUp(self):
        self.brokers = [Broker(), Broker()]
        for broker in self.brokers:
            self.addCleanup(broker.listener.close)
        *self.ports, nobody = free_ports(4)
        command = [sys.executable, str(pathlib.Path(__file__).with_name("proxy.py")),
                   *(f"{port}:{broker.port}" for port, broker in zip(self.ports, self.brokers)), f"{self.ports[2]}:{nobody}"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end)
        self.assertEqual("ready\n", self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.assertEqual(0, self.process.wait(timeout=10))
        self.process.stdout.close()

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def client(self, number=1):
        one = socket.create_connection((HOST, self.ports[number - 1]), timeout=10)
        self.addCleanup(one.close)
        return one

    def ask(self, client, key):
        client.sendall(request(key, 5))
        return list(client.recv(1))

    def assert_ended(self, client):
        try:
            self.assertEqual(b"", client.recv(1))
        except ConnectionError:
            pass

    def test_everything_passes(self):
        one, other = self.client(1), self.client(2)
        self.assertEqual([3], self.ask(one, 3))
        self.assertEqual([26], self.ask(other, 26))
        self.assertEqual([[3], [26]], [broker.seen for broker in self.brokers])

    def test_much_passes_though_nobody_takes_it_for_a_while(self):
        one = self.client()
        sender = threading.Thread(target=lambda: [one.sendall(request(0, 1 << 20)) for _ in range(40)])
        sender.start()
        sender.join()
        self.assertTrue(self.brokers[0].has_seen([0] * 40))
        got = b""
        while len(got) < 40:
            got += one.recv(100)

    def test_a_cut_ends_what_goes_through_this_proxy_alone(self):
        one, other = self.client(1), self.client(2)
        self.ask(one, 3), self.ask(other, 3)
        self.assertEqual("ok", self.tell("cut 1"))
        self.assert_ended(one)
        self.assertEqual([12], self.ask(other, 12))
        self.assertEqual([3], self.ask(self.client(1), 3))

    def test_who_is_refused_is_served_later(self):
        one = self.client()
        self.ask(one, 3)
        self.tell("refuse 1")
        self.assert_ended(one)
        self.assert_ended(self.client())
        self.tell("serve 1")
        self.assertEqual([3], self.ask(self.client(), 3))

    def test_what_stalls_comes_later(self):
        one = self.client()
        self.ask(one, 3)
        self.tell("stall 1")
        one.sendall(request(0))
        fresh = self.client()
        fresh.sendall(request(1))
        self.assertFalse(self.brokers[0].has_seen([3, 0], seconds=0.3))
        self.tell("serve 1")
        self.assertEqual(([0], [1]), (list(one.recv(1)), list(fresh.recv(1))))

    def test_struck_before_it_does_not_arrive(self):
        one = self.client()
        self.ask(one, 3)
        self.tell("strike 26 before")
        self.assertEqual([0], self.ask(one, 0))
        self.assertEqual("ok 0", self.tell("struck"))
        one.sendall(request(26))
        self.assert_ended(one)
        self.assertEqual("ok 1", self.tell("struck"))
        self.assertEqual([3, 0], self.brokers[0].seen)
        self.assertEqual([26], self.ask(self.client(), 26), "once")

    def test_struck_after_its_answer_is_lost(self):
        one = self.client()
        self.tell("strike 26 after")
        one.sendall(request(26))
        self.assert_ended(one)
        self.assertTrue(self.brokers[0].has_seen([26]))

    def test_struck_late_it_arrives_when_nobody_waits_for_it(self):
        one = self.client()
        self.ask(one, 3)
        self.tell("strike 26 late")
        one.sendall(request(26, 30))
        self.assert_ended(one)
        self.assertEqual([3], self.brokers[0].seen)
        self.assertEqual([25], self.ask(self.client(), 25), "a later one overtakes it")
        self.assertTrue(self.brokers[0].has_seen([3, 25, 26]))

    def test_a_broker_that_is_not_there_ends_the_connection(self):
        one = self.client(3)
        try:
            one.sendall(request(3))
        except ConnectionError:
            return
        self.assert_ended(one)

    def test_what_is_no_command_is_said(self):
        self.assertEqual("error not a command: dance 1", self.tell("dance 1"))
        self.assertEqual("error not a command: strike 26 never", self.tell("strike 26 never"))


if __name__ == "__main__":
    unittest.main()
