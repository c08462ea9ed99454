#!/usr/bin/env python3
"""A wrong configuration or contract: every command says place, value and the nearest valid name, and does nothing."""

import unittest

from harness import CONFIG, CONTRACT, Case, event, lines

NAMES = "data, listen, management, tls, auth, contracts, log_level, limits, push, sequencer, subscriptions, sagas, traces, trails, kafka"


class ConfigErrors(Case):
    def said_by_all(self, config, contract=CONTRACT):
        """What each command says that reads the configuration: the same, with exit code 2, and nothing is made."""
        self.write("sluice.yaml", config)
        self.write("shop.yaml", contract)
        before = sorted(path.name for path in self.dir.iterdir())
        said = {self.refused(*command.split(), stdin=lines([event("a", 1)]))
                for command in ("config check -c sluice.yaml", "serve -c sluice.yaml", "publish - -c sluice.yaml")}
        self.assertEqual(1, len(said), said)
        self.assertEqual(before, sorted(path.name for path in self.dir.iterdir()))
        return said.pop()

    def test_an_unknown_key_names_the_nearest(self):
        self.assertEqual("sluice: sluice.yaml:1:1: 'contracts' is missing\n"
                         "sluice: sluice.yaml:4:1: /contract: unknown name; did you mean 'contracts'?; "
                         f"allowed here: {NAMES}\n",
                         self.said_by_all(CONFIG.replace("contracts:", "contract:")))
        self.assertEqual("sluice: sluice.yaml:8:5: /subscriptions/0/files: unknown name; did you mean 'file'?; "
                         "allowed here: name, domain, types, filters, versions, keep, jq, personal, state, file, topic, sink, retry, "
                         "backlog, in_flight, run, in_place, breaker, start\n",
                         self.said_by_all(CONFIG.replace("    file:", "    files: x\n    file:")))

    def test_a_bad_value_names_what_is_allowed(self):
        for line, said in (
                ("log_level: loud", "9:12: /log_level: 'loud' is not one of debug, info, warn, error"),
                ("limits: {event: 1KiB}",
                 "9:17: /limits/event: '1KiB' is not a size from 64KiB to 8MiB (B, KiB, MiB, GiB, TiB)"),
                ("sequencer: {threads: 65}", "9:22: /sequencer/threads: 65 is not a whole number from 1 to 64")):
            self.assertEqual(f"sluice: sluice.yaml:{said}\n", self.said_by_all(f"{CONFIG}{line}\n"))

    def test_what_the_daemon_would_stumble_over_later_is_refused_before(self):
        for written, instead, said in (
                ("listen: 127.0.0.1:0", "listen: 0.0.0.0:8480",
                 "sluice.yaml:2:9: /listen: '0.0.0.0:8480' is not on loopback: without a login Sluice listens there "
                 "only, such as on 127.0.0.1:8480"),
                ("contracts: [shop.yaml]", "contracts: []",
                 "sluice.yaml:4:12: /contracts: is empty; name an AsyncAPI document for each domain"),
                ("contracts: [shop.yaml]", "contracts: [gone.yaml]",
                 "sluice.yaml: /contracts: cannot open gone.yaml: No such file or directory"),
                ("contracts: [shop.yaml]", "contracts: [shop.yaml, ./shop.yaml]",
                 "sluice.yaml: /contracts: ./shop.yaml: another contract has the domain 'shop'"),
                ("domain: shop", "domain: shpo",
                 "sluice.yaml: /subscriptions: audit: no contract has the domain 'shpo'; did you mean 'shop'?; there "
                 "are: shop"),
                ("domain: shop", "domain: shop\n    types: [order.plcaed]",
                 "sluice.yaml: /subscriptions: audit: the contract of shop has no type 'order.plcaed'; did you mean "
                 "'order.placed'?; there are: sluice.gap, sluice.void, order.cancelled, order.placed"),
                ("file: audit.jsonl", "file: audit.jsonl\n  - {name: b, domain: shop, file: ./audit.jsonl}",
                 "sluice.yaml:9:35: /subscriptions/1/file: the subscription 'audit' writes to this file already")):
            self.assertEqual(f"sluice: {said}\n", self.said_by_all(CONFIG.replace(written, instead)))

    def test_a_missing_configuration_says_how_to_name_another(self):
        for command in ("serve -c nowhere.yaml", "config check -c nowhere.yaml", "status -c nowhere.yaml"):
            self.assertEqual("sluice: nowhere.yaml: cannot be read: No such file or directory; -c names another "
                             "configuration\n", self.refused(*command.split()))

    def test_every_problem_is_told_at_once(self):
        error = self.said_by_all("listen: here\nlog_level: loud\nwhat: 1\n")
        self.assertEqual(["sluice.yaml:1:1", "sluice.yaml:1:9", "sluice.yaml:2:12", "sluice.yaml:3:1"],
                         [line.removeprefix("sluice: ").partition(": ")[0] for line in error.splitlines()])

    def test_a_broken_contract_names_place_value_and_what_is_allowed(self):
        for written, instead, said in (
                ("homes: 4", "homes: many", "shop.yaml:6:10: /x-sluice/homes: 'many' is not a whole number from 1 to "),
                ("homes: 4", "homes: 0", "shop.yaml:6:10: /x-sluice/homes: 0 is not a whole number from 1 to "),
                ("domain: shop", "doman: shop", "shop.yaml:5:3: /x-sluice/doman: unknown name; did you mean 'domain'?"),
                ("validation: enforce", "validation: force",
                 "shop.yaml:13:28: /channels/placed/x-sluice/validation: 'force' is not one of off, warn, enforce"),
                ("'#/components/messages/placed'", "'#/components/messages/plcaed'", "shop.yaml:11:"),
                ("type: integer", "type: whole", "shop.yaml:22:"),
                ("asyncapi: 3.0.0", "asyncapi: 2.6.0", "shop.yaml:1:11: /asyncapi: "),
                ("address: order.placed", "address: order.placed\n   address: x", "shop.yaml:")):
            error = self.said_by_all(CONFIG, CONTRACT.replace(written, instead))
            self.assertIn(f"sluice: {said}", error, instead)

    def test_a_contract_that_broke_stops_neither_reading_nor_what_the_directory_keeps(self):
        self.publish(event("a", 1))
        self.write("shop.yaml", CONTRACT.replace("homes: 4", "homes: many"))
        self.assertIn("shop.yaml:6:10", self.refused("read", "order.placed"))
        self.assertEqual(["a-1"], [one["id"] for one in self.read("order.placed", "--state", "data")])

    def test_a_contract_that_does_not_fit_what_is_there_is_refused_and_the_data_stays(self):
        self.publish(event("a", 1))
        self.write("shop.yaml", CONTRACT.replace("partitions: 3", "partitions: 5"))
        ran = self.sluice("serve", code=2)
        for word in ("order.placed", "3", "5"):
            self.assertIn(word, ran.stderr)
        self.write("shop.yaml", CONTRACT)
        self.settle()
        self.assertEqual(["a-1"], [one["id"] for one in self.read("shop.ordered")])

    def test_a_good_one_is_said_to_be_so_and_starts_nothing(self):
        ran = self.sluice("config", "check")
        self.assertEqual(("sluice.yaml is good: 1 contract, 1 subscription; nothing was started\n", ""),
                         (ran.stdout, ran.stderr))
        self.assertFalse((self.dir / "data").exists())


if __name__ == "__main__":
    unittest.main()
