#!/usr/bin/env python3
"""SIGTERM while a receiver's name is asked for, and no name server answers: asking cannot be broken off.

The daemon sees name servers and hosts of this test's own. That takes a mount namespace, so root; else it skips.
"""

import pathlib
import signal
import socket
import subprocess
import time
import unittest
from unittest import mock

import harness
from harness import event, wait_until
from push_harness import PushCase
from stop_test import GRACE_SECONDS

NAME = "receiver.test"
SERVER = "127.77.7.7"  # of loopback; takes questions and says nothing
ALONE = ["unshare", "--mount", "--propagation", "private"]


def may_be_alone():
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


class SilentNames(PushCase):
    def setUp(self):
        super().setUp()
        if not may_be_alone():
            self.skipTest("no mount namespace for this user")
        self.names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.names.close)
        try:
            self.names.bind((SERVER, 53))
        except OSError as error:
            self.skipTest(f"{SERVER}:53: {error}")
        self.hosts = self.write("hosts", f"127.0.0.1 localhost {NAME}\n")
        resolv = self.write("resolv.conf", f"nameserver {SERVER}\noptions timeout:30 attempts:3\n")
        switch = self.write("nsswitch.conf", "hosts: files dns\n")
        wrapper = self.write("alone", "#!/bin/bash\nset -e\n" + "".join(
            f"mount --bind {path} /etc/{path.name}\n" for path in (self.hosts, resolv, switch))
            + f'exec {pathlib.Path(harness.BINARY).resolve()} "$@"\n')
        wrapper.chmod(0o755)
        outer = self.write("daemon", f'#!/bin/bash\nexec {" ".join(ALONE)} {wrapper} "$@"\n')
        outer.chmod(0o755)
        patch = mock.patch.object(harness, "BINARY", str(outer))
        patch.start()
        self.addCleanup(patch.stop)
        self.configure(url=f"http://{NAME}:{self.port}/events")

    def asked(self):
        """A question has come, and will not be answered."""
        self.names.settimeout(0.1)
        try:
            return NAME.split(".", maxsplit=1)[0].encode() in self.names.recv(512)
        except TimeoutError:
            return False

    def test_it_ends_in_time_and_loses_nothing(self):
        self.receive()
        daemon = self.daemon()
        self.publish(event("a", 1))
        wait_until(lambda: self.taken() == {"a": [1]}, "the first one arrives")
        daemon.settle()  # its answer is in too: a receiver killed before that gets the event again, rightly
        self.receiver.kill()
        self.receiver.wait()
        self.hosts.write_text("127.0.0.1 localhost\n", encoding="utf-8")  # in place: it is what is mounted
        time.sleep(6)  # addresses are kept for 5 s
        self.publish(event("a", 2))
        wait_until(self.asked, "it asks for the name")
        began = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, daemon.process.wait(timeout=GRACE_SECONDS), daemon.output())
        print(f"ended after {time.monotonic() - began:.1f} s")
        self.assertIn('"stopped"', daemon.output())
        self.hosts.write_text(f"127.0.0.1 localhost {NAME}\n", encoding="utf-8")
        self.receive()
        self.assert_taken(self.daemon(), {"a": [1, 2]})


if __name__ == "__main__":
    unittest.main()
