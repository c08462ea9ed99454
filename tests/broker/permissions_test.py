#!/usr/bin/env python3
"""What `sluice doctor --acl` prints is enough: on a broker that checks, a principal with just that runs the domain, and
no broker refuses it anything."""

import itertools
import json
import subprocess
import unittest

from cluster import Cluster
from harness import CONTRACT, Case, event, wait_until
from kafka import TOOLS

CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [shop.yaml]
kafka:
  address: kafka://{address}
  settings:
    security.protocol: sasl_plaintext
    sasl.mechanism: PLAIN
    sasl.username: sluice
    sasl.password: sluice-password
subscriptions:
  - {{name: audit, domain: shop, file: audit.jsonl}}
  - {{name: team, domain: shop, topic: {{name: team.orders, partitions: 2}}}}
"""
OPTIONS = {"TOPIC": "--topic", "GROUP": "--group", "TRANSACTIONAL_ID": "--transactional-id"}


def camel(operation):
    return "".join(word.capitalize() for word in operation.split("_"))


class Permissions(Case):
    def setUp(self):
        super().setUp()
        self.cluster = Cluster.create(self.dir / "cluster", secured=True)
        self.addCleanup(self.cluster.wipe)
        self.write("sluice.yaml", CONFIG.format(address=self.cluster.secured_bootstrap))
        self.write("shop.yaml", CONTRACT.replace("  homes: 4\n", "  homes: 4\n  reducer: merge-patch\n"))

    def tool(self, name, *arguments):
        """One of Kafka's own, by the listener whose users may do everything."""
        ran = subprocess.run(
            self.cluster.node(1).java("-XX:TieredStopAtLevel=1", TOOLS[name], "--bootstrap-server", self.cluster.bootstrap,
                                      *arguments), capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(0, ran.returncode, ran.stdout[-1000:] + ran.stderr[-1000:])

    def make_channels(self):
        """Who publishes owns them: Sluice may not make them here."""
        for topic, partitions in (("order.placed", 3), ("order.cancelled", 2)):
            self.tool("topics", "--create", "--topic", topic, "--partitions", partitions)

    def grant(self):
        """What doctor prints, in as few calls as Kafka's tool lets it be."""
        told = json.loads(self.sluice("doctor", "--acl", "--json").stdout)

        def kind(one):
            return one["resource"], one["pattern"], one["operations"]
        wanted = sorted((one for part in told["parts"] for one in part["permissions"]), key=kind)
        for (resource, pattern, operations), alike in itertools.groupby(wanted, kind):
            names = sorted({one["name"] for one in alike})
            on = ["--cluster"] if resource == "CLUSTER" else \
                itertools.chain.from_iterable((OPTIONS[resource], name) for name in names)
            self.tool("acls", "--add", "--allow-principal", told["principal"],
                      "--resource-pattern-type", pattern.lower(),
                      *itertools.chain.from_iterable(("--operation", camel(one)) for one in operations), *on)

    def test_what_is_printed_is_enough(self):
        self.make_channels()
        self.grant()
        daemon = self.daemon()
        self.publish(*(event("a", number) for number in (3, 1, 2)), event("b", 2))
        wait_until(lambda: len(self.audit()) == 3, "a's events are handled")
        self.work_as_an_operator(daemon)
        self.assertEqual(0, daemon.stop())
        again = self.daemon()  # finds its state
        self.publish(event("a", 4))
        wait_until(lambda: [one["id"] for one in self.audit()].count("a-4") == 1, "the heir goes on")
        self.assertEqual(0, again.stop())
        checked = json.loads(self.sluice("doctor", "--watch", "0s", "--json").stdout)["checks"]
        self.assertEqual([], [one for one in checked if one["what"].startswith("acl") and one["verdict"] != "ok"])
        self.assertEqual([], self.denied())
        self.refused("read", "somebody.else")
        wait_until(self.denied, "the broker tells whom it refuses")

    def work_as_an_operator(self, daemon):
        """Each kind of verb once, and what shows how things stand."""
        wait_until(lambda: json.loads(self.sluice("stuck", "--json").stdout)["stuck"], "b waits")
        self.sluice("skip", "b", "--reason", "x", "--yes")
        self.sluice("pause", "-S", "audit", "--reason", "x", "--yes")
        self.sluice("resume", "-S", "audit", "--reason", "x", "--yes")
        self.sluice("trace", "a")
        self.sluice("why", "b")
        self.assertEqual(200, daemon.api("/v1/status")[0])
        wait_until(lambda: daemon.api("/v1/snapshots/shop/a")[0] == 200, "the state of a is folded")

    def denied(self):
        """What the brokers say that they refused."""
        log = (self.cluster.node(1).folder / "server.log").read_text(encoding="utf-8")
        return [line for line in log.splitlines() if "Denied" in line and "User:sluice" in line]


if __name__ == "__main__":
    unittest.main()
