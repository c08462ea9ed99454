#!/usr/bin/env python3
"""What the people around an outbox see: tokens and rates of the daemon, a stop under load, several domains, and the words
of each command."""

import json
import os
import signal
import threading
import unittest

from harness import CONFIG, CONTRACT, wait_until
from outbox_harness import OutboxCase


def numbers(count):
    return [("/orders", number, "order.placed") for number in range(1, count + 1)]


class Doors(OutboxCase):
    """A daemon that asks for tokens."""

    def setUp(self):
        super().setUp()
        self.tokens, entries = {}, ""
        for name, roles, more in (("shop", "[publish]", ""), ("slow", "[publish]", ", rate: 5"), ("look", "[view]", "")):
            made = json.loads(self.sluice("token", "--json").stdout)
            self.tokens[name] = made["token"]
            entries += f"    - {{name: {name}, hash: '{made['hash']}', roles: {roles}{more}}}\n"
        self.write("sluice.yaml", f"{CONFIG}auth:\n  tokens:\n{entries}")

    def by(self, daemon, name, *arguments):
        return self.relay(self.api(daemon), *arguments, env={"SLUICE_TOKEN": self.tokens.get(name, "")})

    def in_channel(self, daemon):
        """Once nobody has the directory any more, anybody may look into it."""
        self.assertEqual(0, daemon.stop())
        return {(one["subject"], int(one["sourcesequence"])) for one in self.read("order.placed")}

    def test_without_the_right_token_all_is_kept(self):
        daemon = self.daemon()
        self.emit("a")
        for name in ("nobody", "look"):
            relay = self.by(daemon, name)
            wait_until(lambda one=relay: "nothing is taken" in one.output(), "it says so")
            self.assertEqual(0, relay.stop())
            self.assertNotIn(self.tokens["shop"], relay.output())
        self.assertEqual(1, self.pending())
        self.assertEqual([], self.json_of("list")["parked"], "no event is to blame")
        self.by(daemon, "shop")
        self.relayed()
        self.assertEqual({("a", 1)}, self.in_channel(daemon))

    def test_who_is_asked_to_be_slower_is_and_brings_all(self):
        daemon = self.daemon()
        for number in range(12):
            self.emit("a" if number % 2 else f"s{number}")
        relay = self.by(daemon, "slow", "--relays", "2")
        self.relayed(seconds=240)
        self.assertEqual(0, relay.stop())
        self.assertEqual({("a", number) for number in range(1, 7)} | {(f"s{number}", 1) for number in range(0, 12, 2)},
                         self.in_channel(daemon))


class Running(OutboxCase):
    def test_stopped_under_load_it_ends_well_and_another_goes_on(self):
        daemon, stop = self.daemon(), threading.Event()
        counts = {}

        def write(subject):
            while not stop.is_set():
                counts[subject] = self.emit(subject)

        writers = [threading.Thread(target=write, args=(f"s{number}",)) for number in range(3)]
        for writer in writers:
            writer.start()
        try:
            for how in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
                relay = self.relay(self.api(daemon), "--relays", "2")
                wait_until(lambda: self.json_of("status")["relays"], "it is at work")
                wait_until(lambda: sum(counts.values()) > 20, "there is something to do")
                self.assertEqual(0, relay.stop(how), relay.output())
                self.assertEqual([], self.json_of("status")["relays"], "it has left nothing behind")
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        self.relay(self.api(daemon))
        self.relayed()
        self.assertEqual({subject: numbers(count) for subject, count in counts.items()}, self.ordered(daemon))

    def test_each_event_goes_to_its_own_domain(self):
        self.write("stock.yaml", CONTRACT.replace("domain: shop", "domain: stock").replace("order.", "stock.")
                   .replace("sources: [/orders]", "sources: [/orders]"))
        self.write("sluice.yaml", CONFIG.replace("[shop.yaml]", "[shop.yaml, stock.yaml]"))
        daemon = self.daemon()
        self.emit("a")
        self.emit("a", domain="stock", kind="stock.placed")
        self.emit("b", domain="stock", kind="order.placed")  # a type of the other one
        self.relay(self.api(daemon))
        parked = wait_until(lambda: self.json_of("list")["parked"], "it is refused there")
        self.assertEqual([("stock", "b")], [(one["domain"], one["subject"]) for one in parked])
        wait_until(lambda: self.pending() == 1, "the others go")
        self.assertEqual([], self.json_of("list", "--domain", "shop")["parked"])
        daemon.settle()
        self.assertEqual(["a"], [one["subject"] for one in self.read("stock.ordered")])
        self.assertEqual(["a"], [one["subject"] for one in self.read("shop.ordered")])

    def test_two_processes_and_many_subjects(self):
        daemon = self.daemon()
        self.sql("select count(sluice_publish('shop', 's' || i % 200, 'order.placed', '{\"amount\": 1}')) "
                 "from generate_series(1, 1000) i")
        relays = [self.relay(self.api(daemon), "--relays", "3") for _ in range(2)]
        self.relayed()
        self.assertEqual({f"s{subject}": numbers(5) for subject in range(200)}, self.ordered(daemon))
        for relay in relays:
            self.assertEqual(0, relay.stop())
        self.assertEqual(1000, sum(len(self.read(topic)) for topic in ("order.placed",)), "each was sent once")


class Words(OutboxCase):
    def test_what_is_parked_is_a_table(self):
        self.emit("a")
        self.sql("insert into sluice_outbox_parked (domain, subject, epoch, number, reason, since) values "
                 "('shop', 'a', 1, 1, 'amount is missing', '2026-11-29T10:00:00Z')")
        head, row = self.sluice("outbox", "list", "--database", self.url).stdout.splitlines()
        self.assertEqual(["domain", "subject", "number", "type", "since", "behind", "reason"], head.split())
        self.assertEqual(["shop", "a", "1", "order.placed", "2026-11-29T10:00:00Z", "0", "amount", "is", "missing"], row.split())
        self.assertIn("1 subject parked", self.sluice("outbox", "status", "--database", self.url).stdout)

    def test_a_database_without_an_outbox_is_told_what_to_do(self):
        self.postgres.psql("postgres", f"create database {self.name}_empty")
        for words in (["status"], ["list"], ["retry", "--all"], ["source", "/x"], ["relay", "--to", "http://127.0.0.1:1"]):
            said = self.refused("outbox", *words, "--database", f"{self.url}_empty") if words[0] != "relay" else \
                self.sluice("outbox", *words, "--database", f"{self.url}_empty", code=2).stderr
            self.assertIn("sluice outbox migrate", said, words)

    def test_the_database_may_stand_in_the_environment(self):
        os.environ["SLUICE_OUTBOX_DATABASE"] = self.url
        self.addCleanup(os.environ.pop, "SLUICE_OUTBOX_DATABASE")
        self.assertIn("source /orders;", self.sluice("outbox", "status").stdout)


if __name__ == "__main__":
    unittest.main()
