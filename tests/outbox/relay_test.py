#!/usr/bin/env python3
"""Events of a PostgreSQL database in the ordered topic: each that was committed, once, in order; and how one is told of
those that cannot be."""

import pathlib
import re
import signal
import subprocess
import unittest
import urllib.request

from harness import Case, wait_until
from outbox_harness import OutboxCase

GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "guide" / "outbox.md"


def numbers(count, kind="order.placed", source="/orders"):
    return [(source, number, kind) for number in range(1, count + 1)]


class Publishing(OutboxCase):
    def test_numbers_are_gapless_and_go_with_the_transaction(self):
        self.assertEqual([1, 2], [self.emit("a"), self.emit("a")])
        self.sql("begin; select sluice_publish('shop', 'a', 'order.placed', '{}'); rollback")
        self.assertEqual([3, 1], [self.emit("a"), self.emit("b")])
        self.assertEqual(1, self.emit("a", domain="other"), "each domain counts for itself")
        self.assertEqual(5, self.pending())

    def test_what_cannot_be_an_event_fails_where_it_is_published(self):
        for call, why in (("'shop', '', 'order.placed'", "may not be empty"),
                          ("'shop', 'a', ''", "may not be empty"),
                          ("null, 'a', 'order.placed'", "may not be empty"),
                          ("'shop', 'a', 'order.placed', '{'", "invalid input syntax for type json"),
                          ("'shop', 'a', 'order.placed', extensions => '{\"Bad\": \"x\"}'", "extensions are"),
                          ("'shop', 'a', 'order.placed', extensions => '{\"sourcesequence\": \"7\"}'", "extensions are"),
                          ("'shop', 'a', 'order.placed', extensions => '{\"x\": {}}'", "extensions are")):
            with self.assertRaisesRegex(AssertionError, why):
                self.sql(f"select sluice_publish({call})")
        self.assertEqual(0, self.pending())

    def test_a_full_outbox_refuses_until_it_is_drained(self):
        self.sql("update sluice_outbox_state set rows_max = 2")
        for _ in range(3):
            self.emit("a")
        daemon = self.daemon()
        relay = self.relay("http://127.0.0.1:1")  # nobody takes it
        wait_until(lambda: self.json_of("status")["full"], "the relay has counted")
        with self.assertRaisesRegex(AssertionError, "the outbox is full"):
            self.emit("a")
        relay.kill()
        self.sql("update sluice_outbox_state set count_at = '-infinity'")
        self.relay(self.api(daemon))
        self.relayed()
        wait_until(lambda: not self.json_of("status")["full"], "there is room again", seconds=60)
        self.assertEqual(4, self.emit("a"))


class Relaying(OutboxCase):
    def test_what_is_committed_arrives_once_and_in_order(self):
        daemon = self.daemon()
        for number in range(1, 6):
            self.emit("a", data={"amount": number})
        relay = self.relay(self.api(daemon))
        self.relayed()
        self.emit("b", more=", id => 'mine', \"time\" => '2026-11-23T10:00:00Z', extensions => '{\"traceparent\": \"00-x\"}'")
        self.relayed()
        self.assertEqual({"a": numbers(5), "b": numbers(1)}, self.ordered(daemon))
        one = self.read("order.placed", "--subject", "b")[0]
        self.assertEqual(("mine", "2026-11-23T10:00:00.000000Z", "00-x", {"amount": 1}),
                         (one["id"], one["time"], one["traceparent"], one["data"]))
        self.assertEqual(0, relay.stop(), relay.output())
        self.assertIn('"stopped"', relay.output())
        self.assertEqual("0\n", self.sql("select count(*) from sluice_outbox_relay"), "its slots were given back")

    def test_a_transaction_that_began_first_and_commits_last_is_not_lost(self):
        daemon = self.daemon()
        self.relay(self.api(daemon))
        late = self.start_psql("begin; select sluice_publish('shop', 'late', 'order.placed', '{\"amount\": 1}');")
        wait_until(lambda: "1" in self.sql("select count(*) from pg_locks where mode = 'RowExclusiveLock' "
                                           "and relation = 'sluice_outbox_event'::regclass"), "it holds its row")
        for _ in range(50):
            self.emit("b")
        self.relayed()
        late.stdin.write("commit;\n")
        late.stdin.close()
        self.assertEqual(0, late.wait(timeout=30))
        self.relayed()
        self.assertEqual({"late": numbers(1), "b": numbers(50)}, self.ordered(daemon))

    def start_psql(self, text):
        psql = subprocess.Popen(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.url], stdin=subprocess.PIPE,
                                stdout=subprocess.DEVNULL, text=True)
        self.addCleanup(psql.wait)
        self.addCleanup(psql.kill)
        psql.stdin.write(text + "\n")
        psql.stdin.flush()
        return psql

    def test_a_sleeping_relay_is_woken(self):
        daemon = self.daemon()
        self.relay(self.api(daemon), "--relays", "1")
        wait_until(lambda: any(one["asleep"] for one in self.json_of("status")["relays"]), "nothing to do: it sleeps")
        self.emit("a")
        self.relayed()
        wait_until(lambda: any(one["asleep"] for one in self.json_of("status")["relays"]), "and sleeps again")

    def test_relays_share_the_work_and_take_over_from_the_dead(self):
        daemon = self.daemon()
        first = self.relay(self.api(daemon), "--relays", "2")
        second = self.relay(self.api(daemon), "--relays", "2")

        def shares(*wanted):
            return lambda: sorted(one["slots"] for one in self.json_of("status")["relays"]) == sorted(wanted)

        wait_until(shares(16, 16, 16, 16), "each has its share")
        first.stop(signal.SIGKILL)
        wait_until(shares(32, 32), "the living have it all, well before the lease has passed", seconds=12)
        for subject in range(100):
            self.emit(f"s{subject}")
        self.relayed()
        self.assertEqual({f"s{subject}": numbers(1) for subject in range(100)}, self.ordered(daemon))
        second.kill()

    def test_a_relay_that_stood_still_repeats_itself_and_nothing_comes_of_it(self):
        daemon = self.daemon()
        still = self.relay(self.api(daemon), "--relays", "1", "--lease", "2s")
        wait_until(lambda: len(self.json_of("status")["relays"]) == 1, "it is at work")
        still.process.send_signal(signal.SIGSTOP)
        for _ in range(3):
            self.emit("a")
        self.relay(self.api(daemon), "--relays", "1", "--lease", "2s")
        self.relayed()
        still.process.send_signal(signal.SIGCONT)
        wait_until(lambda: "the lease has passed" in still.output(), "it has noticed")
        wait_until(lambda: len(self.json_of("status")["relays"]) == 2, "it begins anew")
        self.emit("a")
        self.relayed()
        self.assertEqual({"a": numbers(4)}, self.ordered(daemon))

    def test_killed_between_acknowledgement_and_deletion_it_is_sent_again_and_dropped(self):
        daemon = self.daemon()
        self.emit("a")
        relay = self.relay(self.api(daemon), env={"SLUICE_KILL_AT": "outbox.sent"})
        self.assertEqual(-signal.SIGKILL, relay.process.wait(timeout=60))
        self.assertEqual(1, self.pending())
        self.relay(self.api(daemon))
        self.relayed()
        daemon.settle()
        self.assertEqual(2, len(self.read("order.placed")), "it was sent twice")
        self.assertEqual({"a": numbers(1)}, self.ordered(daemon))

    def test_while_nobody_answers_all_is_kept(self):
        daemon = self.daemon()
        api = self.api(daemon)
        relay = self.relay(api)
        wait_until(lambda: self.json_of("status")["relays"], "it is at work")
        daemon.stop()
        for number in range(5):
            self.emit(f"s{number}")
        wait_until(lambda: "trying again" in relay.output(), "it says so")
        self.assertEqual(5, self.pending())
        self.write("sluice.yaml", (self.dir / "sluice.yaml").read_text().replace(
            "listen: 127.0.0.1:0", f"listen: {api.removeprefix('http://')}"))
        again = self.daemon()
        self.relayed()
        self.assertEqual({f"s{number}": numbers(1) for number in range(5)}, self.ordered(again))

    def test_metrics(self):
        daemon = self.daemon()
        self.emit("a")
        relay = self.relay(self.api(daemon))
        self.relayed()
        address = wait_until(relay.metrics_address, "it says where its pages are")

        def page(path):
            with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
                return answer.read().decode()

        wait_until(lambda: "sluice_outbox_sent_total 1\n" in page("/metrics"), "the event is counted")
        wait_until(lambda: "sluice_outbox_connected 4\n" in page("/metrics"), "the others have come after the first")
        wait_until(lambda: "sluice_outbox_slots 64\n" in page("/metrics"), "each has its share")
        self.assertIn("sluice_outbox_full 0\n", page("/metrics"))
        table = re.findall(r"^\| `(sluice_outbox_\w+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(sorted(re.findall(r"^# TYPE (\w+) ", page("/metrics"), re.MULTILINE)), sorted(table))
        self.assertIn("[+]postgres 4 of 4 relays", page("/readyz"))


class Refused(OutboxCase):
    def park(self):
        """A daemon that has refused the second of three events of subject a."""
        daemon = self.daemon()
        self.emit("a")
        self.emit("a", data={"amount": "much"})
        self.emit("a")
        self.emit("b")
        relay = self.relay(self.api(daemon))
        wait_until(lambda: self.pending() == 2, "all but what is parked")
        parked = wait_until(lambda: self.json_of("list")["parked"], "it is told")
        self.assertEqual([("shop", "a", 2, "order.placed", 1)],
                         [(one["domain"], one["subject"], one["number"], one["type"], one["behind"]) for one in parked])
        self.assertIn("amount", parked[0]["reason"])
        self.assertIn("subject a, number 2", relay.output())
        self.assertEqual({"a": numbers(1), "b": numbers(1)}, self.ordered(daemon))
        return daemon

    def test_a_refused_event_parks_its_subject_alone(self):
        daemon = self.park()
        self.emit("b")
        wait_until(lambda: self.pending() == 2, "others go on")
        self.assertEqual({"a": numbers(1), "b": numbers(2)}, self.ordered(daemon))

    def test_retry_sends_it_as_it_is(self):
        daemon = self.park()
        self.assertIn("1 subject sent again", self.sluice("outbox", "retry", "--all", "--database", self.url).stdout)
        wait_until(lambda: self.json_of("list")["parked"], "it is refused again, and parked again")
        self.assertEqual(2, self.pending())
        self.sql("update sluice_outbox_event set data = '{\"amount\": 2}' where number = 2 and subject = 'a'")
        self.sluice("outbox", "retry", "--subject", "a", "--database", self.url)
        self.relayed()
        self.assertEqual(numbers(3), self.ordered(daemon)["a"])
        self.assertIn("no such subject", self.refused("outbox", "retry", "--subject", "a", "--database", self.url, code=4))

    def test_void_gives_it_up_and_what_follows_goes_on(self):
        daemon = self.park()
        void = ("outbox", "void", "--database", self.url, "--reason", "a test order", "--domain", "shop", "--subject")
        self.assertIn("is not parked", self.refused(*void, "b", code=4))
        self.assertIn("given up", self.sluice(*void, "a").stdout)
        self.relayed()
        self.assertEqual([("/orders", 1, "order.placed"), ("/orders", 2, "sluice.void"), ("/orders", 3, "order.placed")],
                         self.ordered(daemon)["a"])
        data = [one["data"] for one in self.read("shop.ordered", "--subject", "a") if one["type"] == "sluice.void"][0]
        self.assertEqual(("order.placed", "a test order"), (data["type"], data["reason"]))
        self.assertEqual('{"amount": "much"}|a test order\n',
                         self.sql("select convert_from(data, 'UTF8'), reason from sluice_outbox_voided"))
        self.assertEqual([], self.json_of("list")["parked"])
        self.assertIn("is not parked", self.refused(*void, "a", code=4))

    def test_what_no_contract_names_can_be_given_up(self):
        daemon = self.daemon()
        self.emit("a", kind="order.unheard-of")
        self.relay(self.api(daemon))
        wait_until(lambda: self.json_of("list")["parked"], "it is parked")
        self.sluice("outbox", "void", "--database", self.url, "--reason", "misspelt", "--domain", "shop", "--subject", "a")
        self.relayed()
        self.assertEqual({"a": numbers(1, kind="sluice.void")}, self.ordered(daemon))

    def test_a_type_that_no_contract_names_is_refused_too(self):
        daemon = self.daemon()
        self.emit("a", kind="order.unheard-of")
        self.relay(self.api(daemon))
        parked = wait_until(lambda: self.json_of("list")["parked"], "it is parked")
        self.assertIn("order.unheard-of", parked[0]["reason"])

    def test_a_domain_that_is_not_there_is_waited_for(self):
        daemon = self.daemon()
        self.emit("a", domain="nowhere")
        self.emit("b")
        relay = self.relay(self.api(daemon))
        wait_until(lambda: self.pending() == 1 and "nowhere" in relay.output(), "the other domain goes on")
        self.assertEqual([], self.json_of("list")["parked"])


class Words(OutboxCase):
    def test_the_source_after_a_restore(self):
        daemon = self.daemon()
        for _ in range(2):
            self.emit("a")
        self.relay(self.api(daemon))
        self.relayed()
        said = self.sluice("outbox", "source", "/orders;2", "--database", self.url).stdout
        self.assertEqual("the source is /orders;2, it was /orders\n", said)
        self.assertEqual(1, self.emit("a"))
        self.relayed()
        self.assertEqual({"a": numbers(2) + numbers(1, source="/orders;2")}, self.ordered(daemon))
        self.assertEqual(["/orders 2"], [one["dependson"] for one in self.read("order.placed") if "dependson" in one])
        again = self.refused("outbox", "source", "/orders", "--database", self.url, code=1)
        self.assertIn("its numbers are used", again)

    def test_status_for_people(self):
        self.emit("a")
        said = self.sluice("outbox", "status", "--database", self.url).stdout
        self.assertIn("source /orders;", said)
        self.assertIn("no relay is running", said)
        self.assertEqual("nothing is parked\n", self.sluice("outbox", "list", "--database", self.url).stdout)

    def test_migrating_twice_is_refused(self):
        self.assertIn("already", self.refused("outbox", "migrate", "--database", self.url, code=1))


class Mistakes(Case):
    def test_are_told(self):
        printed = self.sluice("outbox", "migrate", "--print").stdout
        self.assertIn("create function sluice_publish(", printed)
        for arguments, why in (
                (("relay", "--to", "https://x:1"), "plain HTTP"),
                (("relay", "--to", "http://x"), "no host and port"),
                (("relay",), "--to is required"),
                (("relay", "--to", "http://127.0.0.1:1", "--relays", "65"), "from 1 to 64"),
                (("relay", "--to", "http://127.0.0.1:1", "--metrics", "0.0.0.0:1"), "loopback"),
                (("relay", "--to", "http://127.0.0.1:1", "--lease", "1ms"), "--lease"),
                (("retry",), "--all"),
                (("retry", "--all", "--subject", "a"), "--all"),
                (("void", "--domain", "a"), "required")):
            self.assertIn(why, self.refused("outbox", *arguments))
        self.assertIn("PostgreSQL: ", self.refused("outbox", "status", "--database", "postgres://127.0.0.1:1/x", code=3))


if __name__ == "__main__":
    unittest.main()
