#!/usr/bin/env python3
"""The daemon as a container's first process, whom the kernel spares signals that have no handler.

That takes a process namespace, so root; else it skips.
"""

import json
import pathlib
import signal
import subprocess
import unittest

import harness
from harness import Case, event, lines, wait_until
from stop_test import Request

ALONE = ["unshare", "--pid", "--fork", "--kill-child"]


def may_be_alone():
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


class FirstProcess(Case):
    def setUp(self):
        super().setUp()
        if not may_be_alone():
            self.skipTest("no process namespace for this user")
        self.process = self.start_alone()

    def start_alone(self):
        with open(self.dir / "daemon.log", "wb") as log:  # of this one alone
            process = subprocess.Popen([*ALONE, harness.BINARY, "serve"], cwd=self.dir, stdout=log, stderr=log)

        def end():
            process.kill()
            process.wait()
        self.addCleanup(end)
        wait_until(lambda: '"ready"' in self.log(), f"it is ready: {self.log()}")
        return process

    def log(self):
        return (self.dir / "daemon.log").read_text(encoding="utf-8")

    def tell(self, how):
        """To the daemon, by the number that it has here."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8")
        subprocess.run(["kill", f"-{int(how)}", *children.split()], check=True)

    def info(self):
        """As `Daemon.info`, for `Request`."""
        ready = next(line for line in self.log().splitlines() if '"ready"' in line)
        return json.loads(ready)

    def test_it_drains_and_says_0(self):
        self.tell(signal.SIGTERM)
        self.assertEqual(0, self.process.wait(timeout=30))
        self.assertIn('"stopped"', self.log())

    def test_a_second_signal_ends_it_at_once_and_loses_nothing(self):
        for second in (signal.SIGTERM, signal.SIGINT):
            request = Request(self, lines([event("b", 1)]))  # never finished: the drain waits for it
            self.tell(signal.SIGTERM)
            wait_until(lambda: '"stopping"' in self.log().splitlines()[-1], "it drains")
            self.tell(second)
            self.assertEqual(128 + second, self.process.wait(timeout=8))  # before requests are cut off
            request.socket.close()
            self.process = self.start_alone()
            self.sluice("publish", "-", stdin=lines([event("a", int(second))]))
        self.assertEqual([str(int(signal.SIGTERM)), str(int(signal.SIGINT))],
                         [one["sourcesequence"] for one in self.read("order.placed")])


if __name__ == "__main__":
    unittest.main()
