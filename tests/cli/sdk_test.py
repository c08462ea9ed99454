#!/usr/bin/env python3
"""What Sluice pushes and takes, against the official CloudEvents SDK for Python and the library of Standard Webhooks.

Both come from PyPI by pip, once per build folder. Where pip is not, or does not reach its registry, the test says that
it skips (exit code 77).

usage: sdk_test.py CACHE      SLUICE names the binary
"""

import base64
import json
import sys
import unittest

from harness import wait_until
from pip_packages import SKIPPED, bring
from push_harness import PushCase

PACKAGES = ["cloudevents==2.2.0", "standardwebhooks==1.1.0"]
SECRETS = ["whsec_" + base64.b64encode(bytes([letter]) * 32).decode() for letter in (1, 2)]


class Sdk(PushCase):
    def made(self, **more):
        from cloudevents.core.v1.event import CloudEvent
        attributes = {"id": "a-1", "source": "/orders", "type": "order.placed", "specversion": "1.0",
                      "subject": "straße 7% \"x\"", "sourcesequence": "1", "datacontenttype": "application/json"}
        return CloudEvent(attributes={**attributes, **more}, data={"amount": 1, "text": "naïve €"})

    def send(self, daemon, message):
        return daemon.request("POST", "/v1/domains/shop/events", bytes(message.body), dict(message.headers))

    def pushed(self, mode):
        """The event that the SDK makes, posted as the SDK does, pushed on, and as the SDK reads it."""
        from cloudevents.core.bindings import http
        self.configure(sink=f", mode: {mode}, secrets: ['{SECRETS[0]}', '{SECRETS[1]}']")
        self.receive()
        daemon = self.daemon()
        to = http.to_binary_event if mode == "binary" else http.to_structured_event
        status, _, body = self.send(daemon, to(self.made()))
        self.assertEqual(200, status, body)
        daemon.settle()
        one = wait_until(self.received, "it is pushed")[0]
        return one, http.from_http_event(http.HTTPMessage(one["headers"], one["body"].encode()))

    def test_binary_events_go_round(self):
        self.same(self.pushed("binary")[1])

    def test_structured_events_go_round(self):
        self.same(self.pushed("structured")[1])

    def same(self, event):
        made = self.made()
        self.assertEqual(made.get_data(), event.get_data())
        attributes = event.get_attributes()
        self.assertEqual("1", attributes.pop("subjectposition"))
        expected = made.get_attributes()
        self.assertEqual({name: value for name, value in expected.items() if name != "time"},
                         {name: value for name, value in attributes.items() if name != "time"})

    def test_signatures_are_taken_by_the_library(self):
        from standardwebhooks.webhooks import Webhook, WebhookVerificationError
        one, _ = self.pushed("binary")
        for secret in SECRETS:
            self.assertEqual(json.loads(one["body"]), Webhook(secret).verify(one["body"], one["headers"]))
        stranger = "whsec_" + base64.b64encode(bytes([3]) * 32).decode()
        for secret, body in ((stranger, one["body"]), (SECRETS[0], one["body"].replace("1", "2"))):
            with self.assertRaises(WebhookVerificationError):
                Webhook(secret).verify(body, one["headers"])


if __name__ == "__main__":
    folder = bring(sys.argv.pop(1), *PACKAGES)
    if folder is None:
        print("skipped: pip does not bring the packages")
        sys.exit(SKIPPED)
    sys.path.insert(0, str(folder))
    unittest.main()
