#!/usr/bin/env python3
"""Operators' verbs on a real broker: the very tests that the embedded log passes, each on a broker of its own."""

import pathlib
import unittest

import trace_test
import verbs_kill_test
import verbs_test
from cluster import Cluster


class OnKafka:
    """Goes before a `Case`: what that writes as sluice.yaml names a broker."""

    def setUp(self):
        self.cluster = None
        super().setUp()

    def write(self, name, text):
        if name == "sluice.yaml":
            text += f"kafka: {{address: 'kafka://{self.broker()}'}}\n"
        return super().write(name, text)

    def broker(self):
        if self.cluster is None:
            self.cluster = Cluster.create(pathlib.Path(self.dir) / "cluster")
            self.addCleanup(self.cluster.wipe)
        return self.cluster.bootstrap


class Waiting(OnKafka, verbs_test.Waiting):
    pass


class Backlog(OnKafka, verbs_test.Backlog):
    pass


class Killed(OnKafka, verbs_kill_test.Killed):
    PATIENCE_S = 120  # homes of who was killed are dealt anew when the group gives up waiting


class Trace(OnKafka, trace_test.Trace):
    pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
