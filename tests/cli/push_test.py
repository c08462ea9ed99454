#!/usr/bin/env python3
"""A subscription that pushes by HTTP: what the receiver gets, what its answers do, and who is refused."""

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import time
import unittest
import urllib.parse

from harness import event, wait_until
from push_harness import PushCase

SECRETS = ["whsec_" + base64.b64encode(bytes([letter]) * 32).decode() for letter in (1, 2)]


class Push(PushCase):
    def test_an_event_arrives_with_its_attributes_and_its_place(self):
        self.receive()
        daemon = self.daemon()
        self.publish(event("17", 1, data={"amount": 7}))
        daemon.settle()
        one = self.received()[0]
        headers = one["headers"]
        self.assertEqual(("POST", "/events"), (one["method"], one["path"]))
        self.assertEqual({"amount": 7}, json.loads(one["body"]))
        self.assertEqual(["1.0", "17-1", "/orders", "order.placed", "17", "1", "1"],
                         [headers[f"ce-{name}"] for name in ("specversion", "id", "source", "type", "subject",
                                                             "sourcesequence", "subjectposition")])
        self.assertEqual(["shop", "audit", "1", "1"],
                         [headers[f"sluice-{name}"] for name in ("domain", "subscription", "position", "attempt")])
        self.assertEqual("application/json", headers["content-type"])
        self.assertEqual(0, daemon.stop())

    def test_structured_and_batch(self):
        self.configure(sink=", mode: structured")
        self.receive()
        daemon = self.daemon()
        self.publish(event("a", 1), event("a", 2))
        daemon.settle()
        self.assertEqual(["1", "2"], [json.loads(one["body"])["subjectposition"] for one in self.received()])
        daemon.stop()
        self.configure(sink=", mode: batch")
        self.publish(*(event("b", n) for n in range(1, 21)))
        self.daemon().settle()
        batches = [json.loads(one["body"]) for one in self.received()[2:]]
        self.assertEqual([str(n) for n in range(1, 21)], [one["subjectposition"] for batch in batches for one in batch])
        self.assertLess(len(batches), 20)

    def test_signatures_are_those_of_standard_webhooks(self):
        self.write("old.secret", SECRETS[0] + "\n")
        self.configure(sink=f", secrets: [{{file: old.secret}}, '{SECRETS[1]}']")
        self.receive()
        daemon = self.daemon()
        self.publish(event("a", 1), event("a", 2))
        daemon.settle()
        for one in self.received():
            headers = one["headers"]
            text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{one['body']}"
            expected = ["v1," + base64.b64encode(hmac.new(base64.b64decode(secret[6:]), text.encode(),
                                                          hashlib.sha256).digest()).decode() for secret in SECRETS]
            self.assertEqual(expected, headers["webhook-signature"].split(" "))
            self.assertLess(abs(time.time() - int(headers["webhook-timestamp"])), 60)
        self.assertEqual(2, len({one["headers"]["webhook-id"] for one in self.received()}))
        self.assertNotIn(SECRETS[1], daemon.output())

    def test_a_retry_is_the_same_event_with_the_next_attempt(self):
        self.answer({"status": 500})
        self.configure(more="    retry: {first: 50ms}\n")
        self.receive()
        daemon = self.daemon()
        self.publish(event("a", 1))
        wait_until(lambda: len(self.received()) >= 2, "it is tried again")
        self.answer()
        daemon.settle()
        headers = [one["headers"] for one in self.received()]
        self.assertEqual([str(n) for n in range(1, len(headers) + 1)], [one["sluice-attempt"] for one in headers])
        self.assertEqual(1, len({one["webhook-id"] for one in headers}))

    def test_what_the_receiver_calls_dead_parks_its_subject_only(self):
        self.answer(ids={"a-1": {"status": 422, "headers": {"Content-Type": "application/problem+json"},
                                 "body": json.dumps({"detail": "no such customer"})},
                         "b-1": {"status": 200, "headers": {"sluice-answer": "dead"}}})
        self.receive()
        daemon = self.daemon()
        self.publish(*(event(subject, n) for subject in "abc" for n in (1, 2)))
        wait_until(lambda: self.taken().get("c") == [1, 2] and len(self.stuck()) == 2, "a and b are parked")
        self.assertEqual([f"position 1, 1 attempts: the receiver answered {how}" for how in ("200", "422: no such customer")],
                         sorted(one["reason"] for one in self.stuck()))
        self.answer()
        self.sluice("redrive", "-S", "audit", "--cause", "parked", "--reason", "fixed", "--yes")
        self.assert_taken(daemon, {"b": [1, 1, 2], "a": [1, 2], "c": [1, 2]})  # of b it said 200, and dead

    def test_who_is_gone_gets_nothing_more_until_it_is_resumed(self):
        self.answer({"status": 410})
        self.receive()
        daemon = self.daemon()
        self.publish(event("a", 1))
        wait_until(lambda: [one["cause"] for one in self.stuck()] == ["paused"], "the subscription is paused")
        self.assertIn("its target", self.sluice("stuck").stdout)
        daemon.stop()
        daemon = self.daemon()
        before = len(self.received())
        self.publish(event("b", 1))
        time.sleep(1)
        self.assertEqual(before, len(self.received()), "also after a restart")
        self.assertIn("410", daemon.output())
        self.answer()
        self.sluice("resume", "-S", "audit", "--reason", "they are back", "--yes")
        self.assert_taken(daemon, {"a": [1], "b": [1]})

    def test_a_receiver_that_is_away_parks_nobody(self):
        self.configure(more="    retry: {attempts: 1}\n")
        daemon = self.daemon()
        self.publish(*(event("a", n) for n in (1, 2, 3)))
        wait_until(lambda: "cannot be reached" in daemon.output(), "it is told")
        time.sleep(1)
        self.assertEqual([], self.stuck())
        self.receive()
        self.assert_taken(daemon, {"a": [1, 2, 3]})
        self.assertIn("answers again", daemon.output())

    def test_a_redirect_is_not_followed(self):
        self.answer({"status": 307, "headers": {"Location": f"http://127.0.0.1:{self.port}/elsewhere"}})
        self.configure(more="    retry: {attempts: 2, first: 10ms}\n")
        self.receive()
        self.daemon()
        self.publish(event("a", 1))
        wait_until(self.stuck, "it is parked")
        self.assertEqual({"/events"}, {one["path"] for one in self.received()})

    def test_addresses_that_are_not_public_are_refused_before_it_starts(self):
        for url, where in ((f"http://127.0.0.1:{self.port}/", "/sink/http"), (f"http://localhost:{self.port}/", ""),
                           ("http://169.254.169.254/latest/meta-data", "/sink/http"), ("http://[::1]/", "/sink/http")):
            self.configure(url=url, allow="10.0.0.0/8")
            said = self.sluice("serve", code=2).stderr
            self.assertIn("is not a public address", said)
            self.assertIn("push: {allow: [", said)
            self.assertIn(where, said)

    def test_tls_is_spoken_with_whom_the_authority_vouches_for(self):
        pem = self.dir / "receiver.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", pem,
                        "-out", self.dir / "ca.pem", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        pem.write_bytes(pem.read_bytes() + pathlib.Path(self.dir / "ca.pem").read_bytes())
        self.receive(str(pem))
        url = f"https://localhost:{self.port}/events"
        self.configure(url=url)
        daemon = self.daemon()
        self.publish(event("a", 1))
        wait_until(lambda: "certificate verify failed" in daemon.output(), "a stranger is not trusted")
        daemon.stop()
        self.assertEqual([], self.received())
        self.configure(url=url, sink=", ca: ca.pem")
        daemon = self.daemon()
        self.assert_taken(daemon, {"a": [1]})
        daemon.stop()
        self.configure(url=url.replace("localhost", "127.0.0.1"), sink=", ca: ca.pem")
        daemon = self.daemon()
        self.publish(event("a", 2))
        wait_until(lambda: daemon.output().count("certificate verify failed") >= 2, "another name is not trusted")

    def stuck(self):
        return json.loads(self.sluice("stuck", "--json").stdout)["stuck"]

    def test_values_are_percent_encoded(self):
        self.receive()
        daemon = self.daemon()
        self.publish(event("straße 7%", 1))
        daemon.settle()
        self.assertEqual("stra%C3%9Fe%207%25", self.received()[0]["headers"]["ce-subject"])
        self.assertEqual("straße 7%", urllib.parse.unquote(self.received()[0]["headers"]["ce-subject"]))


if __name__ == "__main__":
    unittest.main()
