#!/usr/bin/env python3
"""How a batch comes to be on disk, by answers that the tests make up, and the exceptions that answers become."""

import json
import random
import unittest

from sluice import (Conflict, Event, Fault, Full, Invalid, NotAllowed, NotFound, NotNow, PartlyRefused, Published, Refused,
                    TooLarge, Unreachable)
from sluice.backoff import Backoff
from sluice.errors import refused
from sluice.publishing import Publishing
from sluice.transport import Reply

TAKEN = {"accepted": True, "topic": "t", "partition": 0, "offset": 1}


def no(status, code="unavailable"):
    return {"accepted": False, "status": status, "code": code, "detail": f"no: {status}"}


def reply(status, entries, **headers):
    return Reply(status, headers, json.dumps({"events": entries}).encode())


def problem(status, **headers):
    return Reply(status, headers, json.dumps({"status": status, "code": "c", "detail": "no"}).encode())


def publishing(count=1, patience_s=30.0):
    events = [Event(f"a-{n}", "/s", "t") for n in range(count)]
    return Publishing(events, None, None, patience_s, now_s=100.0, chance=random.Random(1))


def ids(request):
    return [one["id"] for one in json.loads(request.body)]


class Whole(unittest.TestCase):
    def test_taken_is_done(self):
        work = publishing(2)
        self.assertIsNone(work.answered(reply(200, [TAKEN, TAKEN]), 100))
        self.assertEqual(["t", "t"], [one.topic for one in work.result()])

    def test_not_now_goes_again_under_the_same_key_and_not_before_it_may(self):
        work = publishing()
        first = work.request()
        self.assertEqual(7, work.answered(problem(429, **{"retry-after": "7"}), 100))
        self.assertEqual(first, work.request())
        self.assertLess(work.answered(problem(409), 110), 1)  # the first one is still under way
        self.assertEqual(first, work.request())
        self.assertLess(work.failed(Unreachable("away"), 111), 1)
        self.assertLess(work.answered(Reply(200, {}, b"<html>"), 112), 1)  # of a proxy
        self.assertEqual(first, work.request())
        self.assertIsNone(work.answered(reply(200, [TAKEN]), 113))

    def test_patience_ends_where_the_next_try_would_come_too_late(self):
        work = publishing(patience_s=10)
        with self.assertRaises(NotNow) as error:
            work.answered(problem(503, **{"retry-after": "11"}), 100)
        self.assertEqual(11, error.exception.retry_after_s)
        work = publishing(patience_s=10)
        self.assertEqual(9, work.answered(problem(503, **{"retry-after": "9"}), 100))

    def test_what_does_not_pass_is_raised_by_its_kind(self):
        for status, kind in ((400, Invalid), (401, NotAllowed), (403, NotAllowed), (404, NotFound), (413, TooLarge),
                             (415, Invalid), (422, Conflict), (500, Fault), (507, Full), (418, Refused)):
            with self.subTest(status=status), self.assertRaises(kind) as error:
                publishing().answered(problem(status), 100)
            self.assertEqual((status, "c", "no"), (error.exception.status, error.exception.code, error.exception.detail))

    def test_a_page_of_a_proxy_is_an_error_too(self):
        self.assertIn("<html>", str(refused("<html>", 502)))
        with self.assertRaises(Fault):
            publishing().answered(Reply(502, {}, b"<html>"), 100)

    def test_nothing_is_nothing_to_publish(self):
        with self.assertRaises(ValueError):
            publishing(0)


class Parts(unittest.TestCase):
    def test_only_what_was_not_now_goes_again_under_a_new_key(self):
        work = publishing(4)
        first = work.request()
        self.assertIsNotNone(work.answered(reply(503, [TAKEN, no(503), no(400, "invalid-event"), no(503)]), 100))
        second = work.request()
        self.assertEqual(["a-1", "a-3"], ids(second))
        self.assertNotEqual(first.headers["Idempotency-Key"], second.headers["Idempotency-Key"])
        self.assertIsNone(work.answered(reply(200, [TAKEN, TAKEN]), 101))
        with self.assertRaises(PartlyRefused) as error:
            work.result()
        kinds = [type(one) for one in error.exception.results]
        self.assertEqual([Published, Published, Invalid, Published], kinds)

    def test_what_stays_not_now_is_named_in_the_end(self):
        work = publishing(2, patience_s=0.01)
        self.assertIsNone(work.answered(reply(503, [TAKEN, no(503)]), 100))
        with self.assertRaisesRegex(PartlyRefused, "1 of 2 .* event 1"):
            work.result()


class Waiting(unittest.TestCase):
    def test_longer_each_time_up_to_the_most_and_from_the_start_again(self):
        backoff = Backoff(1, 8, random.Random(3))
        for most in (1, 2, 4, 8, 8, 8):
            wait_s = backoff.wait_s()
            self.assertTrue(most / 2 <= wait_s <= most, wait_s)
        self.assertEqual(60, backoff.wait_s(60))
        backoff.reset()
        self.assertLessEqual(backoff.wait_s(), 1)


if __name__ == "__main__":
    unittest.main()
