#!/usr/bin/env python3
"""Requests as they go, answers as they are read, and what a handler's word becomes."""

import json
import unittest

from sluice import DONE, Conflict, Dead, Event, Fault, NotFound, Retry, Unreadable, wire
from sluice.answers import AFTER_S_MAX, Settled, settled
from sluice.consumer import passes
from sluice.transport import Reply


def reply(body, status=200):
    return Reply(status, {}, json.dumps(body).encode())


def leases(*positions):
    events = [{"specversion": "1.0", "id": f"a-{n}", "source": "/s", "type": "t", "subjectposition": str(n)} for n in positions]
    return reply({"leases": [{"lease": "l", "subject": "a", "attempt": 2, "lease_ms": 1500, "events": events}]})


class Requests(unittest.TestCase):
    def test_names_are_quoted_and_durations_have_a_unit(self):
        made = wire.pull("a/b", "shop & co", 7, 0.25, 30)
        self.assertEqual(("POST", "/v1/subscriptions/a%2Fb/pull?max=7&wait=250ms&lease=30000ms&domain=shop+%26+co", 0.25),
                         (made.method, made.path, made.wait_s))
        self.assertEqual("/v1/watch/shop?subject=stra%C3%9Fe+7", wire.watch("shop", "straße 7").path)
        self.assertEqual("/v1/events", wire.publish([Event("1", "/s", "t")], None, "k").path)
        self.assertEqual("/v1/domains/shop/events", wire.publish([Event("1", "/s", "t")], "shop", "k").path)

    def test_answers_say_no_more_than_they_must(self):
        made = wire.ack("a", None, "l", [(1, Settled("done")), (2, Settled("retry", "busy", 5)), (3, Settled("dead", "no"))])
        self.assertEqual({"answers": [{"lease": "l", "position": 1},
                                      {"lease": "l", "position": 2, "answer": "retry", "reason": "busy", "after": "5000ms"},
                                      {"lease": "l", "position": 3, "answer": "dead", "reason": "no"}]}, json.loads(made.body))

    def test_what_json_does_not_have_is_not_sent(self):
        with self.assertRaises(ValueError):
            wire.publish([Event("1", "/s", "t", data=float("nan"))], None, "k")


class Answers(unittest.TestCase):
    def test_leases(self):
        one, = wire.read_leases(leases(3, 5))
        self.assertEqual(("l", "a", 2, 1.5, [3, 5]), (one.id, one.subject, one.attempt, one.lease_s, [e.position for e in one.events]))
        self.assertEqual([], wire.read_leases(reply({"leases": []})))

    def test_leases_that_no_daemon_gives_reach_no_handler(self):
        for positions in ((), (2, 1), (1, 1)):
            with self.subTest(positions=positions), self.assertRaises(Unreadable):
                wire.read_leases(leases(*positions))
        with self.assertRaises(Unreadable):
            wire.read_leases(leases(0))

    def test_a_page_of_a_proxy_is_no_answer_and_may_pass(self):
        readers = (wire.read_leases, wire.read_acked, wire.read_extended, lambda one: wire.read_published(one, 1))
        for read in readers:
            for body in (b"<html>", b"[]", b"{}", b'{"leases":[{}],"answers":[{}],"events":[{}],"lease_ms":{}}',
                         b'{"leases":1,"answers":1,"events":1,"lease_ms":[]}'):
                with self.subTest(read=read, body=body), self.assertRaises(Unreadable) as error:
                    read(Reply(200, {}, body))
                self.assertTrue(passes(error.exception))
            with self.assertRaises(Fault):
                read(Reply(502, {}, b"<html>"))

    def test_of_some_answers_that_were_refused_each_is_told(self):
        told = wire.read_acked(reply({"status": 409, "answers": [{"accepted": True}, {"accepted": False, "status": 409, "detail": "over"}]}, 409))
        self.assertIsNone(told[0])
        self.assertIsInstance(told[1], Conflict)
        with self.assertRaises(NotFound):
            wire.read_acked(reply({"detail": "no such subscription"}, 404))

    def test_lines_of_a_watch(self):
        for line in (": watching\n", "\n", "event: x\n"):
            self.assertIsNone(wire.read_watched(line))
        told = wire.read_watched('data: {"specversion":"1.0","id":"a","source":"/s","type":"t","partition":1,"offset":7}\n')
        self.assertEqual(("a", 1, 7, {}), (told.event.id, told.partition, told.offset, told.event.extensions))
        self.assertIsNone(wire.read_watched('data: {"command":"skip","partition":1,"offset":8}').event)


class Words(unittest.TestCase):
    def test_each_answer_of_a_handler_has_one(self):
        for answer, expected in ((None, Settled("done")), (DONE, Settled("done")), (Retry("busy"), Settled("retry", "busy")),
                                 (Retry("busy", after_s=3), Settled("retry", "busy", 3)), (Dead("no"), Settled("dead", "no")),
                                 (KeyError("x"), Settled("retry", "KeyError: 'x'"))):
            with self.subTest(answer=answer):
                self.assertEqual(expected, settled(answer))
        for nonsense in (True, False, "done", 0):
            with self.subTest(nonsense=nonsense):
                self.assertEqual("dead", settled(nonsense).word)

    def test_limits(self):
        self.assertEqual(500, len(settled(Dead("é" * 999)).reason.encode()))
        self.assertLessEqual(len(settled(Dead("x" + "é" * 999)).reason.encode()), 500)
        self.assertEqual([0, AFTER_S_MAX], [settled(Retry("", after_s=after)).after_s for after in (-1, 1e12)])


if __name__ == "__main__":
    unittest.main()
