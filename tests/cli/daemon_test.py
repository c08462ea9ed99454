#!/usr/bin/env python3
"""serve: what a daemon answers, what survives it, and how it ends."""

import json
import signal
import unittest

from harness import Case, event, lines, wait_until


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
        self.assertEqual(400, status)
        self.assertEqual([True, False], [one["accepted"] for one in answer["events"]])
        self.assertIn("sourcesequence", answer["events"][1]["detail"])
        wait_until(lambda: daemon.api("/v1/stuck")[1]["stuck"], "a waits")
        self.assertIn("/orders 1", daemon.api("/v1/why/a")[1]["why"])
        status, problem = daemon.api("/v1/topics/nothing/records")
        self.assertEqual((404, "not-found"), (status, problem["code"]))
        self.assertIn("shop.ordered", problem["detail"])

    def test_it_is_alive_and_ready(self):
        daemon = self.daemon()
        self.assertEqual((200, "ok\n"), daemon.management("/livez")[0::2])
        self.assertEqual((200, "ok\n"), daemon.management("/readyz")[0::2])
        self.assertEqual("[+]ping ok\n[+]log ok\n[+]engine ok\n[+]intake ok\nreadyz check passed\n",
                         daemon.management("/readyz?verbose")[2])

    def test_it_ends_on_request(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            daemon = self.daemon()
            self.assertEqual(0, daemon.stop(how))
            self.assertIsNone(daemon.info() if (self.dir / "data" / "daemon.json").exists() else None)


if __name__ == "__main__":
    unittest.main()
