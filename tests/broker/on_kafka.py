"""Tests of the embedded log, run again on a real broker of their own."""

import pathlib

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

    def audit(self):
        """As an inbox has it: homes that are dealt anew hand out again what nobody has committed."""
        seen, fresh = {}, []
        for one in super().audit():
            position = int(one["subjectposition"])
            if position > seen.get(one["subject"], 0):
                seen[one["subject"]] = position
                fresh.append(one)
        return fresh

    def broker(self):
        if self.cluster is None:
            self.cluster = Cluster.create(pathlib.Path(self.dir) / "cluster")
            self.addCleanup(self.cluster.wipe)
        return self.cluster.bootstrap
