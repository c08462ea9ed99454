#!/usr/bin/env python3
"""Events and their JSON."""

import random
import os
import unittest

from sluice import Event, InvalidEvent

LEAST = {"specversion": "1.0", "id": "a-1", "source": "/orders", "type": "order.placed"}


class Json(unittest.TestCase):
    def test_what_is_not_there_is_left_out(self):
        self.assertEqual(LEAST, Event("a-1", "/orders", "order.placed").to_json())
        self.assertEqual(Event("a-1", "/orders", "order.placed"), Event.from_json({**LEAST, "subject": None, "data": None}))

    def test_bytes_go_as_base64_and_json_as_it_is(self):
        self.assertEqual({**LEAST, "data_base64": "AP8="}, Event("a-1", "/orders", "order.placed", data=b"\0\xff").to_json())
        self.assertEqual(b"\0\xff", Event.from_json({**LEAST, "data_base64": "AP8="}).data)
        made = Event("a-1", "/orders", "order.placed", data={"amount": 0}).to_json()
        self.assertEqual(({"amount": 0}, "application/json"), (made["data"], made["datacontenttype"]))

    def test_what_goes_out_comes_back(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        chance = random.Random(seed)
        for _ in range(300):
            one = Event(
                id=chance.choice(["1", "ü \"%"]), source="/s", type="t", subject=chance.choice([None, "", "straße"]),
                data=chance.choice([b"", b"\0", "text", 0, False, [], {"a": [1, {"b": None}]}]), time=chance.choice([None, "now"]),
                datacontenttype="application/json", extensions={"n": chance.choice([0, True, "x", -5])})
            self.assertEqual(one, Event.from_json(one.to_json()))

    def test_what_is_no_event_is_refused_with_its_reason(self):
        for wrong, why in (([], "object"), ({**LEAST, "specversion": "0.3"}, "specversion"), ({**LEAST, "id": ""}, "id"),
                           ({**LEAST, "type": None}, "type"), ({**LEAST, "subject": 5}, "subject"),
                           ({**LEAST, "stamp": 1.5}, "stamp"), ({**LEAST, "data": 1, "data_base64": "AA=="}, "not both"),
                           ({**LEAST, "data_base64": "?"}, "data_base64")):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(InvalidEvent, why):
                Event.from_json(wrong)
        for name in ("id", "data", "specversion"):
            with self.assertRaisesRegex(InvalidEvent, name):
                Event("a", "/s", "t", extensions={name: "x"}).to_json()


class Position(unittest.TestCase):
    def test_only_what_was_delivered_has_one(self):
        self.assertEqual(17, Event("a", "/s", "t", extensions={"subjectposition": "17"}).position)
        self.assertEqual(17, Event("a", "/s", "t", extensions={"subjectposition": 17}).position)
        for wrong in ({}, {"subjectposition": ""}, {"subjectposition": "-1"}, {"subjectposition": "0"}, {"subjectposition": "²"}):
            with self.subTest(wrong=wrong), self.assertRaises(InvalidEvent):
                Event("a", "/s", "t", extensions=wrong).position


if __name__ == "__main__":
    unittest.main()
