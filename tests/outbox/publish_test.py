#!/usr/bin/env python3
"""sluice_publish by itself: numbers without holes whatever writers do, at every isolation level; what it refuses; which
rights it needs; and what becomes of it in a dump, a restore and a schema of its own."""

import json
import random
import subprocess
import threading
import unittest

import servers
from harness import wait_until
from outbox_harness import OutboxCase


class Session:
    """One psql with an open transaction, statement by statement."""

    def __init__(self, url):
        self.process = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", url], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.count = 0

    def send(self, sql):
        """Does not wait for the answer; answers the mark that will end it."""
        self.count += 1
        self.process.stdin.write(f"{sql};\n\\echo mark-{self.count}\n")
        self.process.stdin.flush()
        return f"mark-{self.count}"

    def answer(self, mark):
        said = []
        for line in self.process.stdout:
            if line.strip() == mark:
                return "\n".join(said)
            said.append(line.rstrip("\n"))
        raise AssertionError(f"psql has ended: {said}")

    def run(self, sql):
        return self.answer(self.send(sql))

    def publish(self, subject, kind="order.placed"):
        return self.run(publish(subject, kind))

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def publish(subject, kind="order.placed", more=""):
    return f"select sluice_publish('shop', '{subject}', '{kind}', '{{\"amount\": 1}}'{more})"


class PublishCase(OutboxCase):
    def session(self, begin="begin"):
        one = Session(self.url)
        self.addCleanup(one.close)
        if begin:
            one.run(begin)
        return one

    def numbers(self, subject):
        return [int(one) for one in self.sql("select number from sluice_outbox_event where subject = "
                                             f"'{subject}' order by epoch, number").split()]

    def waiting(self):
        """Somebody waits for a lock."""
        return int(self.sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
                            "and datname = current_database()")) > 0


class Numbers(PublishCase):
    def test_a_rollback_gives_its_number_back(self):
        one = self.session()
        self.assertEqual(["1", "2"], [one.publish("a"), one.publish("a")])
        one.run("rollback")
        self.assertEqual(1, self.emit("a"))
        self.assertEqual([1], self.numbers("a"))

    def test_so_does_a_savepoint(self):
        one = self.session()
        self.assertEqual("1", one.publish("a"))
        one.run("savepoint here")
        self.assertEqual(["2", "1"], [one.publish("a"), one.publish("b")])
        one.run("rollback to savepoint here")
        self.assertEqual("2", one.publish("a"))
        one.run("commit")
        self.assertEqual([1, 2], self.numbers("a"))
        self.assertEqual([], self.numbers("b"))

    def test_whoever_comes_second_waits_and_gets_the_next(self):
        first, second = self.session(), self.session()
        self.assertEqual("1", first.publish("a"))
        mark = second.send(publish("a"))
        wait_until(self.waiting, "the second waits for the first")
        first.run("commit")
        self.assertEqual("2", second.answer(mark))
        second.run("commit")
        self.assertEqual([1, 2], self.numbers("a"))

    def test_or_the_same_when_the_first_gives_up(self):
        first, second = self.session(), self.session()
        self.assertEqual("1", first.publish("a"))
        mark = second.send(publish("a"))
        wait_until(self.waiting, "the second waits for the first")
        first.run("rollback")
        self.assertEqual("1", second.answer(mark))
        second.run("commit")
        self.assertEqual([1], self.numbers("a"))

    def test_other_subjects_and_domains_do_not_wait(self):
        first = self.session()
        first.publish("a")
        self.assertEqual(1, self.emit("b"))
        self.assertEqual(1, self.emit("a", domain="other"))

    def test_of_two_that_block_each_other_one_is_ended_and_nothing_is_missing(self):
        first, second = self.session(), self.session()
        first.publish("a")
        second.publish("b")
        marks = [(first, first.send(publish("b")))]
        wait_until(self.waiting, "the first waits for the second")
        marks.append((second, second.send(publish("a"))))
        said = [one.answer(mark) for one, mark in marks]
        self.assertEqual(1, sum("deadlock detected" in one for one in said), said)
        for one, _ in marks:
            one.run("commit")  # of the one that was ended: a rollback
        self.assertEqual(([1], [1]), (self.numbers("a"), self.numbers("b")))
        self.assertEqual([2, 2], [self.emit("a"), self.emit("b")])

    def test_an_old_snapshot_never_gives_a_number_twice(self):
        for level in ("repeatable read", "serializable"):
            subject = level.replace(" ", "-")
            old = self.session(f"begin isolation level {level}")
            old.run("select count(*) from sluice_outbox_subject")  # takes its snapshot
            self.assertEqual(1, self.emit(subject))
            self.assertIn("could not serialize access", old.publish(subject))
            old.run("rollback")
            self.assertEqual(2, self.emit(subject))
            self.assertEqual([1, 2], self.numbers(subject))

    def test_eight_writers_leave_no_hole(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)

        def write(number):
            chance = random.Random(seed + number)
            script = []
            for _ in range(40):
                script.append("begin;")
                for subject in sorted(chance.sample("abc", chance.choice([1, 2]))):
                    script.append(f"{publish(subject)};")
                script.append(chance.choice(["commit;", "commit;", "rollback;"]))
            ran = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.url], input="\n".join(script), text=True,
                                 capture_output=True, check=False)
            failed.extend([ran.stderr] if ran.returncode else [])

        failed = []
        writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual([], failed)
        for subject in "abc":
            found = self.numbers(subject)
            self.assertEqual(list(range(1, len(found) + 1)), found, subject)
            self.assertGreater(len(found), 40)
            self.assertEqual(f"{len(found)}\n", self.sql(f"select number from sluice_outbox_subject where subject = '{subject}'"))


class Events(PublishCase):
    def fails(self, call, why):
        with self.assertRaisesRegex(AssertionError, why):
            self.sql(f"select sluice_publish({call})")

    def test_names_have_limits_in_bytes(self):
        self.assertEqual(1, self.emit("x" * 1024))
        self.assertEqual(1, self.emit("ä" * 512))
        self.assertEqual(1, self.emit("a", domain="d" * 255))
        for call in (f"'shop', '{'x' * 1025}', 't'", f"'shop', '{'ä' * 513}', 't'", f"'{'d' * 256}', 'a', 't'",
                     "'shop', 'a', null", "'shop', null, 't'", "'shop', 'a', 't', id => ''"):
            self.fails(call, "may not be empty")

    def test_extensions_have_names_as_cloudevents_has_them(self):
        good = {"a": "x", "dependson": "/payments 3", "x" * 20: "1", "traceparent": "00-1"}
        self.emit("a", more=f", extensions => '{json.dumps(good)}'")
        self.assertEqual(good, json.loads(self.sql("select extensions from sluice_outbox_event")))
        for bad in ({"A": "x"}, {"1a": "x"}, {"a_b": "x"}, {"": "x"}, {"x" * 21: "1"}, {"a": None}, {"a": []}, {"a": {}},
                    *({own: "x"} for own in ("id", "source", "type", "subject", "time", "specversion", "datacontenttype",
                                             "dataschema", "data", "sourcesequence"))):
            self.fails(f"'shop', 'a', 't', extensions => '{json.dumps(bad)}'", "extensions are")

    def test_only_json_must_be_json(self):
        self.sql("select sluice_publish('shop', 'a', 't', '{not json', datacontenttype => 'text/plain')")
        self.sql("select sluice_publish('shop', 'a', 't', '{not json', datacontenttype => null)")
        self.sql("select sluice_publish('shop', 'a', 't', '[1, \"ä\", null]')")
        self.sql("select sluice_publish('shop', 'a', 't')")
        self.fails("'shop', 'a', 't', '{not json'", "invalid input syntax for type json")
        self.fails("'shop', 'a', 't', ''", "invalid input syntax for type json")
        self.assertEqual(["{not json", "{not json", '[1, "ä", null]', ""],
                         self.sql("select coalesce(convert_from(data, 'UTF8'), '') from sluice_outbox_event order by number")
                         .split("\n")[:4])

    def test_large_data_keeps_its_bytes(self):
        self.sql("select sluice_publish('shop', 'a', 't', bytes => decode(repeat('00ff', 500000), 'hex'), "
                 "datacontenttype => 'application/octet-stream')")
        self.assertEqual("1000000|t\n", self.sql("select length(data), data = decode(repeat('00ff', 500000), 'hex') "
                                                 "from sluice_outbox_event"))

    def test_what_was_not_said_has_a_default(self):
        self.sql("begin; select sluice_publish('shop', 'a', 't', '{}'), sluice_publish('shop', 'b', 't', '{}'); commit")
        ids = self.sql("select id from sluice_outbox_event").split()
        self.assertEqual(2, len(set(ids)))
        self.assertRegex(ids[0], "^[0-9a-f]{8}-[0-9a-f]{4}-4")
        self.assertEqual("t\n", self.sql("select bool_and(\"time\" > now() - interval '1 minute' and \"time\" <= now()) "
                                         "from sluice_outbox_event"))


class Places(PublishCase):
    def test_the_rights_of_the_guide_are_enough_to_publish_and_for_nothing_else(self):
        self.sql("create role service login; grant select on sluice_outbox_state, sluice_outbox_source, sluice_outbox_slot, "
                 "sluice_outbox_relay to service; grant select, insert, update on sluice_outbox_subject to service; "
                 "grant insert on sluice_outbox_event to service")
        self.addCleanup(lambda: self.sql("drop owned by service; drop role service"))
        self.assertIn("1", self.sql("set role service; " + publish("a")))
        for forbidden in ("select * from sluice_outbox_event", "delete from sluice_outbox_event",
                          "update sluice_outbox_state set is_full = false", "delete from sluice_outbox_subject"):
            with self.assertRaisesRegex(AssertionError, "permission denied"):
                self.sql("set role service; " + forbidden)

    def test_it_may_lie_in_a_schema_of_its_own(self):
        self.postgres.psql("postgres", f"create database {self.name}_own")
        own = f"{self.name}_own"
        self.postgres.psql(own, "create schema events")
        url = f"{self.url}_own?options=-csearch_path%3Devents"
        self.sluice("outbox", "migrate", "--database", url)
        self.sluice("outbox", "source", "/orders", "--database", url)
        said = self.postgres.psql(own, "select events.sluice_publish('shop', 'a', 'order.placed', '{}')")
        self.assertEqual("1\n", said, "whatever the caller's search path is")
        self.assertEqual("1\n", self.postgres.psql(own, "select count(*) from events.sluice_outbox_event"))

    def restored(self, dumped):
        name = f"{self.name}_restored"
        self.postgres.psql("postgres", f"create database {name}")
        program = servers.program("psql", "postgresql", *self.postgres.FOLDERS)
        subprocess.run([program, "-X", "-q", "-v", "ON_ERROR_STOP=1", f"{self.url}_restored"], input=dumped, text=True,
                       check=True, stdout=subprocess.DEVNULL)
        return name

    def test_a_restored_database_goes_on_under_another_source(self):
        daemon = self.daemon()
        for _ in range(2):
            self.emit("a")
        program = servers.program("pg_dump", "postgresql", *self.postgres.FOLDERS)
        dumped = subprocess.run([program, self.url], capture_output=True, text=True, check=True).stdout
        self.emit("a")  # the backup does not know it
        relay = self.relay(self.api(daemon))
        self.relayed()
        relay.stop()
        self.name = self.restored(dumped)
        self.url = self.url_by(self.postgres.port)
        self.assertEqual(2, self.pending(), "what had been sent in truth is sent again, and dropped")
        self.sluice("outbox", "source", "/orders;2", "--database", self.url)
        self.assertEqual([1, 2, 1], [self.emit("a"), self.emit("a"), self.emit("b")])
        self.relay(self.api(daemon))
        self.relayed()
        self.assertEqual({"a": [("/orders", 1, "order.placed"), ("/orders", 2, "order.placed"), ("/orders", 3, "order.placed"),
                                ("/orders;2", 1, "order.placed"), ("/orders;2", 2, "order.placed")],
                          "b": [("/orders;2", 1, "order.placed")]}, self.ordered(daemon))
        stamps = [one.get("dependson") for one in self.read("order.placed") if one["source"] == "/orders;2"]
        self.assertEqual(["/orders 2", None, None], sorted(stamps, key=str), "the first one of a, and no other")

    def test_whoever_began_before_the_new_source_ends_under_the_old_one(self):
        late = self.session()
        self.assertEqual("1", late.publish("a"))
        command = subprocess.Popen([*self.command(), "source", "/orders;2", "--database", self.url],
                                   stdout=subprocess.DEVNULL)
        wait_until(self.waiting, "the new source waits for whoever has published")
        self.assertEqual("2", late.publish("a"))
        late.run("commit")
        self.assertEqual(0, command.wait(timeout=60))
        self.assertEqual(1, self.emit("a"))
        self.assertEqual([1, 2, 1], self.numbers("a"))

    @staticmethod
    def command():
        from harness import BINARY  # pylint: disable=import-outside-toplevel
        return [BINARY, "outbox"]


if __name__ == "__main__":
    unittest.main()
