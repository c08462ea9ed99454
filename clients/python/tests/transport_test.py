#!/usr/bin/env python3
"""Connections: kept, found closed, broken, silent, at their limit; against a server that does as it is told."""

import socket
import threading
import time
import unittest
import unittest.mock

from sluice import Client, Event, NotNow, Unreachable
from sluice.transport import Request, Transport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}"
TAKEN = b'{"events":[{"accepted":true,"topic":"t","partition":0,"offset":7}]}'
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(TAKEN), TAKEN)
GET = Request("GET", "/v1/status")


class Scripted:
    """Of each connection a list: what to answer to its requests, one after another; at the end it is closed. A number
    is a wait before that answer. `most`: so many requests were open at once."""

    def __init__(self, *connections):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.requests = []
        self.open = self.most = 0
        self.lock = threading.Lock()
        self.closed = threading.Semaphore(0)
        threading.Thread(target=self.serve, args=(connections,), daemon=True).start()

    def serve(self, connections):
        for answers in connections:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.talk, args=(connection, answers), daemon=True).start()

    def talk(self, connection, answers):
        with connection:
            wait_s = 0.0
            for answer in answers:
                if isinstance(answer, float):
                    wait_s = answer
                    continue
                text = connection.recv(1 << 16)
                if not text:
                    break
                self.requests.append(text)
                self.count(1)
                time.sleep(wait_s)
                self.count(-1)
                connection.sendall(answer)
        self.closed.release()

    def count(self, by):
        with self.lock:
            self.open += by
            self.most = max(self.most, self.open)


class Connections(unittest.TestCase):
    def transport(self, *connections, **more):
        self.server = Scripted(*connections)
        self.addCleanup(self.server.listener.close)
        made = Transport(self.server.url + "/base/", **{"token": None, "timeout_s": 5.0, "connections": 4, "tls": None, **more})
        self.addCleanup(made.close)
        return made

    def test_one_is_used_again_with_its_prefix_and_token(self):
        transport = self.transport([OK, OK], token="sluice_x")
        for _ in range(2):
            self.assertEqual({}, transport.send(GET).json())
        self.assertTrue(all(one.startswith(b"GET /base/v1/status HTTP/1.1\r\n") for one in self.server.requests))
        self.assertTrue(all(b"Authorization: Bearer sluice_x\r\n" in one for one in self.server.requests))

    def test_one_that_was_closed_meanwhile_is_no_failure(self):
        transport = self.transport([OK], [OK])
        transport.send(GET)
        self.server.closed.acquire(timeout=10)
        self.assertEqual(200, transport.send(GET).status)

    def test_half_an_answer_silence_and_nobody_are_unreachable(self):
        for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b"SSH-2.0\r\n\r\n", b""):
            with self.subTest(answer=answer), self.assertRaises(Unreachable):
                self.transport([answer]).send(GET)
        with self.assertRaisesRegex(Unreachable, "timed out"):
            self.transport([2.0, OK], timeout_s=0.2).send(GET)
        transport = self.transport()
        self.server.listener.close()
        with self.assertRaisesRegex(Unreachable, self.server.url):
            transport.send(GET)

    def test_a_large_answer_comes_whole_in_pieces_and_one_that_is_too_large_does_not(self):
        body = bytes(range(256)) * 5000
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        transport = self.transport([head + body, OK])
        self.assertEqual(body, transport.send(GET).body)
        self.assertEqual(200, transport.send(GET).status)
        with unittest.mock.patch("sluice.transport.ANSWER_BYTES_MAX", len(body) - 1):
            with self.assertRaisesRegex(Unreachable, "more than"):
                self.transport([head + body]).send(GET)

    def test_chunks_are_put_together_and_half_of_them_are_none(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.assertEqual(b"{}", self.transport([head + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"]).send(GET).body)
        with self.assertRaises(Unreachable):
            self.transport([head + b"1\r\n{\r\n"]).send(GET)

    def test_a_request_that_asks_for_a_wait_has_it_beside_the_time_out(self):
        transport = self.transport([0.6, OK], timeout_s=0.3)
        self.assertEqual(200, transport.send(Request("POST", "/pull", wait_s=5)).status)

    def test_no_more_than_its_limit_at_once(self):
        transport = self.transport(*[[0.2, OK]] * 8, connections=2)
        threads = [threading.Thread(target=transport.send, args=(GET,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((8, 2), (len(self.server.requests), self.server.most))

    def test_addresses_are_checked(self):
        for wrong in ("127.0.0.1:8480", "ftp://a", "http://", "http://u@a", "http://a?x=1"):
            with self.subTest(wrong=wrong), self.assertRaises(ValueError):
                Client(wrong)


class Publish(unittest.TestCase):
    def client(self, *connections):
        server = Scripted(*connections)
        self.addCleanup(server.listener.close)
        client = Client(server.url)
        self.addCleanup(client.close)
        return server, client

    def test_busy_and_a_broken_answer_are_tried_again_under_one_key(self):
        server, client = self.client([BUSY, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], [GOOD])
        begun = time.monotonic()
        self.assertEqual(7, client.publish(Event("a", "/s", "t"))[0].offset)
        self.assertGreaterEqual(time.monotonic() - begun, 1)
        keys = {line for one in server.requests for line in one.split(b"\r\n") if line.startswith(b"Idempotency-Key")}
        self.assertEqual((3, 1), (len(server.requests), len(keys)))

    def test_patience_is_kept(self):
        _, client = self.client([BUSY, BUSY])
        with self.assertRaises(NotNow):
            client.publish(Event("a", "/s", "t"), patience_s=0.5)


if __name__ == "__main__":
    unittest.main()
