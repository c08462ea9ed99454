#!/usr/bin/env python3
"""./dev kafka, on a directory of its own: it starts, is found again, stops, and says what is wrong."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

SCRIPT = os.environ.get("SLUICE_KAFKA_SCRIPT", pathlib.Path(__file__).parents[2] / "tools" / "kafka" / "kafka.py")


class ClusterTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-kafka-test-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name) / "cluster"
        self.addCleanup(self.kafka, "down", "--wipe")

    def kafka(self, *arguments, **more):
        return subprocess.run([sys.executable, SCRIPT, "--directory", self.dir, *arguments], capture_output=True,
                              text=True, check=False, **more)

    def done(self, *arguments):
        ran = self.kafka(*arguments)
        self.assertEqual(0, ran.returncode, ran.stderr)
        return ran.stdout

    def refused(self, *arguments, **more):
        ran = self.kafka(*arguments, **more)
        self.assertEqual(1, ran.returncode, ran.stdout)
        return ran.stderr

    def test_one_broker_through_its_life(self):
        address = self.done("up")
        self.assertRegex(address, r"^127\.0\.0\.1:\d+\n$")
        self.assertEqual(address, self.done("up"), "up is idempotent")
        self.assertIn("serves", self.done("status"))
        self.done("topics", "--create", "--topic", "kept", "--partitions", "3")
        self.assertIn("--wipe", self.refused("up", "--brokers", "3"))
        self.done("down")
        self.assertIn("down", self.kafka("status").stdout)
        self.assertEqual(1, self.kafka("status").returncode)
        self.assertEqual(address, self.done("up"), "the same ports again")
        self.assertEqual("kept\n", self.done("topics", "--list"))
        self.done("down", "--wipe")
        self.assertFalse(self.dir.exists())
        self.done("down")

    def test_three_brokers_lose_one(self):
        command = [sys.executable, SCRIPT, "run", "--brokers", "3"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as brokers:
            self.assertRegex(brokers.stdout.readline(), r"^ready (127\.0\.0\.1:\d+,?){3} \n$")
            for line, answer in (("kill 2", "ok"), ("pause 1", "ok"), ("resume 1", "ok"), ("start 2", "ok"),
                                 ("kill 4", "error no broker 4: there are 1 to 3"), ("dance 1", "error not a command")):
                brokers.stdin.write(line + "\n")
                brokers.stdin.flush()
                self.assertTrue(brokers.stdout.readline().startswith(answer), line)
            brokers.stdin.close()
            self.assertEqual(0, brokers.wait(60))

    def test_brokers_end_with_the_program_that_started_them(self):
        command = [sys.executable, SCRIPT, "run"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as brokers:
            port = int(brokers.stdout.readline().split()[1].rpartition(":")[2])
            brokers.send_signal(signal.SIGKILL)
            brokers.wait()
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    return
            signal.sigtimedwait([], 0.1)
        self.fail("the broker still listens")

    def test_what_is_wrong_is_said(self):
        self.assertIn("./dev kafka up", self.refused("status"))
        self.assertIn("java is not installed", self.refused("up", env={"PATH": "/nonexistent"}))
        self.assertIn("1 to 9", self.refused("up", "--brokers", "0"))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.assertIn("is taken", self.refused("up", "--port", str(taken.getsockname()[1])))


if __name__ == "__main__":
    unittest.main()
