#!/usr/bin/env python3
"""Bad input: the words that a user reads, the exit code, and that nothing else is lost by it."""

import json
import shutil
import signal
import subprocess
import unittest

from harness import CONTRACT, Case, event, lines, wait_until

NO_ID = "attribute 'id' is missing or empty: every event has id, source and type, each of at least one character"
RAISE = "; `limits: {event: …}` in sluice.yaml raises the limit, up to 8MiB"


class BadEvents(Case):
    """Each bad line stands between two good ones, which are published."""

    def check(self, bad, said, where="without a daemon"):
        before = [one["id"] for one in self.read("order.placed")] if (self.dir / "data").exists() else []
        number = len(before) + 1
        good = [event("good", number), event("good", number + 1)]
        path = self.write("events.jsonl", lines(good[:1]) + bad + lines(good[1:]))
        ran = self.sluice("publish", path.name, code=1)
        self.assertEqual(f"sluice: events.jsonl: line 2: {said}\n", ran.stderr, where)
        self.assertEqual("2 published, 1 refused\n", ran.stdout)
        self.assertEqual(before + [one["id"] for one in good], [one["id"] for one in self.read("order.placed")])

    def check_all(self, cases):
        for bad, said in cases:
            self.check(bad, said)
        self.daemon()
        for bad, said in cases:
            self.check(bad, said, "with a daemon")

    def test_an_attribute_that_every_event_has(self):
        self.check_all([
            (lines([event("a", 1, without="id")]), NO_ID),
            (lines([event("a", 1, without="source")]), NO_ID.replace("'id'", "'source'")),
            (lines([event("a", 1, without="type")]), NO_ID.replace("'id'", "'type'")),
            (lines([event("a", 1, without="subject")]), "`subject` is missing: domain shop orders by it"),
            (lines([event("a", 1, specversion="0.3")]), "attribute 'specversion': '0.3' is not read, only '1.0'"),
        ])

    def test_a_value_of_the_wrong_form(self):
        number = "is not a decimal number from 1 to 18446744073709551615"
        self.check_all([
            (lines([event("a", 0)]), f"extension 'sourcesequence': '0' {number}"),
            (lines([event("a", "x")]), f"extension 'sourcesequence': 'x' {number}"),
            (lines([event("a", 1, time="yesterday")]),
             "attribute 'time': 'yesterday' is not an RFC 3339 time such as 2026-11-22T21:01:14Z"),
            (lines([event("a", 1, kind="order.plcaed")]),
             "no channel carries the type 'order.plcaed'; did you mean 'order.placed'?; there are: order.cancelled, "
             "order.placed"),
        ])

    def test_what_is_no_json_object(self):
        self.check_all([
            ('{"specversion": "1.0", "id"\n', "byte 27: expected ':' behind 'id', found the end"),
            ('{"id":"x","id":"y"}\n', "byte 15: 'id' is there twice"),
            ("[1]\n", "byte 0: expected '{', found '[1]'"),
            ("nonsense\n", "byte 0: expected '{', found 'nonsense'"),
            ("\x00\n", "byte 0: expected '{', found '\\x00'"),
        ])

    def test_a_payload_against_its_schema(self):
        ran = self.sluice("publish", "-", code=1, stdin=lines([event("a", 1, data={"amount": "much"}), event("b", 1)]))
        self.assertRegex(ran.stderr, r"^sluice: stdin: line 1: data: /amount: .+\n$")
        self.assertEqual(["b-1"], [one["id"] for one in self.read("order.placed")])

    def test_65_kib_fit_and_10_mb_do_not(self):
        def of(subject, size):
            return event(subject, 1, data={"amount": 1, "text": "x" * size})

        sent = [of("a", 65 * 1024), of("b", 1024 * 1024), of("c", 10 * 1000 * 1000)]
        for round_number in range(2):
            ran = self.sluice("publish", "-", code=1, stdin=lines(sent))
            second, third = ran.stderr.splitlines()
            self.assertRegex(second, r"^sluice: stdin: line 2: the event has \d{7} bytes, and at most 1048576 are taken")
            self.assertTrue(second.endswith(RAISE), second)
            self.assertEqual("sluice: stdin: line 3: longer than 6356992 bytes, which no event of at most 1048576 "
                             f"bytes needs{RAISE}", third)
            found = self.read("order.placed")
            self.assertEqual([sent[0]["data"]] * (round_number + 1), [one["data"] for one in found])
            if round_number == 0:
                self.daemon()  # the second time it is asked

    def test_a_limit_that_is_raised_lets_a_larger_event_in(self):
        large = event("a", 1, data={"amount": 1, "text": "x" * 7 * 1024 * 1024})
        self.write("sluice.yaml", (self.dir / "sluice.yaml").read_text(encoding="utf-8") + "limits: {event: 8MiB}\n")
        daemon = self.daemon()
        self.publish(large, event("a", 2))
        daemon.settle()
        self.assertEqual([large["data"], {"amount": 2}], [one["data"] for one in self.read("shop.ordered")])

    def test_a_payload_that_came_all_the_same_keeps_its_place_and_parks_its_subject_only(self):
        broken = event("a", 1, data={"amount": "much"})
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(broken, event("a", 2), event("b", 1))
        self.write("shop.yaml", CONTRACT)
        daemon = self.daemon()
        wait_until(lambda: daemon.api("/v1/stuck")[1]["stuck"], "a is parked")
        wait_until(lambda: [one for one in self.audit() if one["subject"] == "b"], "b goes on")
        stuck = daemon.api("/v1/stuck")[1]["stuck"]
        self.assertEqual([("a", "parked", "audit")], [(s["subject"], s["cause"], s["subscription"]) for s in stuck])
        self.assertIn("/amount", json.dumps(stuck[0]))
        found = self.read("shop.ordered", "--subject", "a")
        self.assertEqual([broken["data"], {"amount": 2}], [one["data"] for one in found])


class BadNames(Case):
    def test_an_unknown_topic_names_the_nearest_and_all(self):
        self.publish(event("a", 1))
        self.assertEqual("sluice: no topic 'shop.orderd'; did you mean 'shop.ordered'?; there are: order.cancelled, "
                         "order.placed, shop.aside, shop.audit, shop.commands, shop.ordered, shop.repartition\n",
                         self.refused("read", "shop.orderd", code=4))

    def test_an_unknown_subject_is_told_apart_from_one_that_is_not_read_yet(self):
        self.publish(event("a", 1))
        self.assertEqual("sluice: no domain has seen the subject 'a'; 1 published record not read yet: a running "
                         "daemon (sluice serve) reads them\n", self.refused("why", "a", code=4))
        self.settle()
        self.assertEqual("sluice: no domain has seen the subject 'nobody'\n", self.refused("why", "nobody", code=4))

    def test_a_file_that_is_not_there_or_none(self):
        for name in ("nothing.jsonl", "."):
            self.assertEqual(f"sluice: {name}: no such file, or not readable; FILE is of JSON Lines, - is stdin\n",
                             self.refused("publish", name, code=4))

    def test_a_directory_that_holds_no_log(self):
        for command in ("status", "stuck", "topics", "read x", "why x"):
            self.assertEqual("sluice: no log in nowhere: nothing was published there yet; -c names a configuration, "
                             "--state a data directory\n",
                             self.refused(*command.split(), "--state", "nowhere", code=4))
        self.assertFalse((self.dir / "nowhere").exists())

    def test_publishing_where_nobody_knows_the_contract(self):
        self.assertEqual("sluice: no contract for new: it says where events go; name a configuration with -c\n",
                         self.refused("publish", "-", "--state", "new", stdin=lines([event("a", 1)])))
        self.assertFalse((self.dir / "new").exists())


class TwoAtOnce(Case):
    def test_a_second_daemon_is_refused_and_the_first_goes_on(self):
        daemon = self.daemon()
        said = f"data is open in process {daemon.process.pid}: stop that one, or use another directory\n"
        self.assertTrue(self.sluice("serve", code=3).stderr.endswith(said))
        self.publish(event("a", 1))
        daemon.settle()
        self.assertEqual(["a-1"], [one["id"] for one in self.audit()])
        self.assertEqual(0, daemon.stop())

    def test_a_port_that_is_taken_is_named_and_the_log_is_left_alone(self):
        daemon = self.daemon()
        api = daemon.info()["api"]
        other = (self.dir / "sluice.yaml").read_text(encoding="utf-8")
        self.write("other.yaml", other.replace("data: data", "data: other").replace("audit.jsonl", "other.jsonl")
                   .replace("listen: 127.0.0.1:0", f"listen: {api}"))
        ran = self.sluice("serve", "-c", "other.yaml", code=3)
        self.assertEqual(f"sluice: listen: cannot listen on {api}: another process is there; stop it, or choose "
                         "another port\n", ran.stderr)
        self.assertFalse((self.dir / "other" / "daemon.json").exists())
        self.assertEqual(0, daemon.stop())
        self.sluice("publish", "-", "-c", "other.yaml", stdin=lines([event("a", 1)]))

    def test_a_command_beside_one_that_has_the_directory_open(self):
        publisher = self.start("publish", "-", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        publisher.stdin.write(lines([event("a", 1)]))
        publisher.stdin.flush()
        self.assertTrue(json.loads(publisher.stdout.readline())["accepted"])
        self.assertRegex(self.refused("status", code=3),
                         rf"^sluice: .*data is open in process {publisher.pid}: stop that one, or use another "
                         r"directory\n$")
        publisher.stdin.close()
        self.assertEqual(0, publisher.wait(timeout=30))
        self.assertEqual(["a-1"], [one["id"] for one in self.read("order.placed")])


class Interrupted(Case):
    def test_ctrl_c_while_publishing_keeps_what_was_acknowledged(self):
        for with_daemon in (False, True):
            if with_daemon:
                self.daemon()
            publisher = self.start("publish", "-", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
            publisher.stdin.write(lines([event("a", 1), event("a", 2)]))
            publisher.stdin.flush()
            self.assertEqual([True, True], [json.loads(publisher.stdout.readline())["accepted"] for _ in range(2)])
            publisher.send_signal(signal.SIGINT)
            self.assertEqual(130, publisher.wait(timeout=30))
            self.assertEqual("\nsluice: interrupted; what was acknowledged is on disk, run again to go on\n",
                             publisher.stderr.read())
            self.assertEqual(["a-1", "a-2"] * (2 if with_daemon else 1),
                             [one["id"] for one in self.read("order.placed")])

    def test_ctrl_c_of_a_commerce_run_goes_on_where_it_was(self):
        command = ["commerce", "run", "--orders", "1500", "--seed", "5", "--state", "state", "--exit", "--json"]
        run = self.start(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until(lambda: (self.dir / "state" / "log").exists() or run.poll() is not None, "it has begun")
        run.send_signal(signal.SIGINT)
        out, error = run.communicate(timeout=60)
        self.assertEqual((130, ""), (run.returncode, out))
        self.assertTrue(error.startswith("sluice: ") and error.endswith("\n"), error)
        summary = json.loads(self.sluice(*command, timeout=150).stdout.splitlines()[-1])
        self.assertEqual((1_500, 0), (summary["orders"], summary["oracle"]["differences"]))


class BadCsv(Case):
    def setUp(self):
        super().setUp()
        self.sluice("commerce", "generate", "--orders", "20", "--seed", "1", "--out", "raw")
        self.orders = self.dir / "raw" / "olist_orders_dataset.csv"

    def said(self, code=2):
        return self.refused("commerce", "run", "--data", "raw", "--exit", code=code).replace(f"{self.dir.resolve()}/", "")

    def test_a_missing_column_is_named_with_those_that_are_there(self):
        text = self.orders.read_text(encoding="utf-8")
        self.orders.write_text(text.replace("order_purchase_timestamp", "purchased", 1), encoding="utf-8")
        self.assertEqual("sluice: raw/olist_orders_dataset.csv:1: no column 'order_purchase_timestamp' in the header; "
                         "its columns are: order_id, customer_id, order_status, purchased, order_approved_at, "
                         "order_delivered_carrier_date, order_delivered_customer_date, "
                         "order_estimated_delivery_date\n", self.said())

    def test_a_row_of_another_width_is_named_by_its_line(self):
        rows = self.orders.read_text(encoding="utf-8").splitlines()
        rows[2] = rows[2].partition(",")[0]
        self.orders.write_text("\n".join(rows) + "\n", encoding="utf-8")
        self.assertEqual("sluice: raw/olist_orders_dataset.csv:3: 1 fields where the header has 8 columns\n", self.said())

    def test_a_missing_file_or_directory_is_named(self):
        self.orders.unlink()
        self.assertEqual("sluice: raw/olist_orders_dataset.csv: No such file or directory\n", self.said(code=4))
        shutil.rmtree(self.dir / "raw")
        self.assertEqual("sluice: no such directory: raw\n", self.said(code=4))

    def test_a_state_that_holds_no_run(self):
        self.assertEqual("sluice: raw holds no run of `sluice commerce run --state`\n",
                         self.refused("commerce", "check", "--state", "raw", code=4))


if __name__ == "__main__":
    unittest.main()
