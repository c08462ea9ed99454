#!/usr/bin/env python3
"""What a receiver of pushed events reads, believes and answers."""

import base64
import json
import unittest

from sluice import Dead, Event, InvalidEvent, Retry
from sluice.receive import NotSigned, parse, receive, response, verify

# The test vector of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
HEADERS = {"Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330", "webhook-signature": SIGNATURE}
OTHER = "whsec_" + base64.b64encode(b"x" * 32).decode()
BINARY = {"ce-specversion": "1.0", "ce-id": "a-1", "ce-source": "/orders", "CE-Type": "order.placed", "Content-Type": "application/json"}


class Signatures(unittest.TestCase):
    def verify(self, secrets=(SECRET,), body=BODY, now_s=1614265330, **headers):
        verify({**HEADERS, **headers}, body, secrets, now_s=now_s)

    def test_the_official_vector_is_taken(self):
        self.verify()
        self.verify(secrets=(OTHER, SECRET))
        self.verify(**{"webhook-signature": f"v1a,zzz v1,AAAA {SIGNATURE}"})
        self.verify(now_s=1614265330 + 299)

    def test_everything_else_is_not(self):
        for more in ({"secrets": (OTHER,)}, {"body": BODY + b" "}, {"now_s": 1614265330 + 301}, {"now_s": 1614265330 - 301},
                     {"webhook-timestamp": "1614265331"}, {"webhook-timestamp": "now"}, {"Webhook-Id": "msg_other"},
                     {"webhook-signature": ""}, {"webhook-signature": SIGNATURE.replace("v1,", "v2,")},
                     {"webhook-signature": "v1,é"}):
            with self.subTest(more=more), self.assertRaises(NotSigned):
                self.verify(**more)

    def test_a_secret_that_is_none_is_our_own_mistake(self):
        with self.assertRaisesRegex(ValueError, "whsec_"):
            self.verify(secrets=("whsec_?",))


class Modes(unittest.TestCase):
    def test_binary(self):
        one, = parse({**BINARY, "ce-subject": "stra%C3%9Fe%207%25", "ce-subjectposition": "3"}, b'{"amount":1}')
        self.assertEqual(("straße 7%", 3, {"amount": 1}, "order.placed"), (one.subject, one.position, one.data, one.type))
        self.assertEqual("application/json", one.datacontenttype)
        for media, body, data in (("text/plain; charset=utf-8", "é".encode(), "é"), ("image/png", b"\0", b"\0"),
                                  ("application/vnd.x+json", b"[1]", [1]), ("application/json", b"", None)):
            with self.subTest(media=media):
                self.assertEqual(data, parse({**BINARY, "Content-Type": media}, body)[0].data)

    def test_structured_and_batch(self):
        event = Event("a-1", "/orders", "order.placed", "a", {"amount": 1}, datacontenttype="application/json")
        text = json.dumps(event.to_json())
        self.assertEqual([event], parse({"content-type": "application/cloudevents+json; charset=utf-8"}, text.encode()))
        self.assertEqual([event] * 2, parse({"content-type": "application/cloudevents-batch+json"}, f"[{text},{text}]".encode()))

    def test_what_is_none_is_refused(self):
        for headers, body in (({}, b""), (BINARY, b"{"), ({"content-type": "application/cloudevents+json"}, b"[]"),
                              ({"content-type": "application/cloudevents-batch+json"}, b"{}")):
            with self.subTest(headers=headers), self.assertRaises(InvalidEvent):
                parse(headers, body)


class Answers(unittest.TestCase):
    def test_each_is_said_by_status_and_by_header(self):
        self.assertEqual((204, {}, b""), (lambda one: (one.status, one.headers, one.body))(response(None)))
        retry = response(Retry("busy", after_s=1.2))
        self.assertEqual((500, "retry", "2"), (retry.status, retry.headers["sluice-answer"], retry.headers["Retry-After"]))
        dead = response(Dead("no such item"))
        self.assertEqual((422, "dead", "no such item"),
                         (dead.status, dead.headers["sluice-answer"], json.loads(dead.body)["detail"]))
        self.assertEqual(500, response(KeyError("x")).status)

    def test_a_batch_ends_where_one_is_not_done(self):
        events = [Event(f"a-{n}", "/s", "t").to_json() for n in range(4)]
        seen = []

        def handler(event):
            seen.append(event.id)
            if event.id == "a-2":
                raise Dead("never")

        headers = {"content-type": "application/cloudevents-batch+json"}
        self.assertEqual(422, receive(headers, json.dumps(events).encode(), handler).status)
        self.assertEqual(["a-0", "a-1", "a-2"], seen)

    def test_who_has_no_secret_reaches_no_handler(self):
        self.assertEqual(401, receive(BINARY, b"{}", self.fail, secrets=[SECRET]).status)
        self.assertEqual(400, receive({}, b"{}", self.fail).status)

    def test_a_trial_run_reaches_only_who_keeps_nothing(self):
        headers = {**BINARY, "sluice-dry-run": "true"}
        self.assertEqual(501, receive(headers, b"{}", self.fail).status)
        self.assertEqual(204, receive(headers, b"{}", self.fail, trial=lambda event: None).status)


if __name__ == "__main__":
    unittest.main()
