#!/usr/bin/env python3
"""Kafka as the log, and nobody answers: a command says so soon, and a daemon waits."""

import signal
import unittest

from harness import CONTRACT, Case, event, lines, wait_until

NOBODY = "127.0.0.1:1"
CONFIG = f"""\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [shop.yaml]
kafka:
  address: kafka://{NOBODY}
"""


class NoBroker(Case):
    def setUp(self):
        super().setUp()
        self.write("shop.yaml", CONTRACT)
        self.write("sluice.yaml", CONFIG)

    def test_a_command_says_where_it_looked_and_why_nobody_answers(self):
        for arguments in (("topics",), ("publish", "-"), ("verify",)):
            ran = self.run_command(*arguments, stdin=lines([event("s1", 1)]))
            self.assertEqual(3, ran.returncode, ran.stdout + ran.stderr)
            for part in (f"no Kafka broker answers at {NOBODY}", "Connection refused", "sluice doctor"):
                self.assertIn(part, ran.stderr, arguments)

    def test_a_daemon_says_what_it_waits_for_until_it_is_told_to_stop(self):
        with open(self.dir / "log", "wb") as output:
            process = self.start("serve", "-c", "sluice.yaml", stdout=output)
        said = lambda: (self.dir / "log").read_text(encoding="utf-8")
        wait_until(lambda: "the log is on Kafka" in said(), "it says at once what it looks for")
        wait_until(lambda: said().count("not there yet; trying again") > 1, "it tries again")
        self.assertIn("Connection refused", said())
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(timeout=30))
        self.assertIn("stopped", said())


if __name__ == "__main__":
    unittest.main()
