#!/usr/bin/env python3
"""read --follow: what it shows, and each way in which it ends."""

import json
import os
import signal
import subprocess
import unittest

from harness import Case, event


class Follow(Case):
    def setUp(self):
        super().setUp()
        self.server = self.daemon()

    def follow(self, topic, *arguments):
        return self.start("read", topic, "--follow", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ids(self, follower, count):
        return [json.loads(follower.stdout.readline())["id"] for _ in range(count)]

    def test_it_shows_what_is_there_and_then_what_comes(self):
        self.publish(event("a", 1))
        follower = self.follow("order.placed", "--json")
        self.assertEqual(["a-1"], self.ids(follower, 1))
        for number in range(2, 6):
            self.publish(event("a", number))
            self.assertEqual([f"a-{number}"], self.ids(follower, 1))

    def test_each_subject_comes_in_its_order_however_it_was_published(self):
        follower = self.follow("shop.ordered", "--json", "--subject", "a")
        self.publish(event("a", 3), event("b", 1), event("a", 2, "order.cancelled"))
        self.publish(event("a", 1))
        self.assertEqual(["a-1", "a-2", "a-3"], self.ids(follower, 3))

    def test_a_limit_ends_it(self):
        follower = self.follow("order.placed", "--json", "--limit", "3")
        self.publish(*[event("a", number) for number in range(1, 6)])
        out, error = follower.communicate(timeout=30)
        self.assertEqual((0, ""), (follower.returncode, error))
        self.assertEqual(["a-1", "a-2", "a-3"], [json.loads(line)["id"] for line in out.splitlines()])

    def test_as_a_table_it_has_one_head(self):
        self.publish(event("a", 1))
        follower = self.follow("order.placed")
        self.assertEqual(["partition", "offset", "subject"], follower.stdout.readline().split()[:3])
        self.assertEqual("a-1", follower.stdout.readline().split()[-1])
        self.publish(event("a", 2))
        self.assertEqual("a-2", follower.stdout.readline().split()[-1])

    def test_ctrl_c_ends_it_at_once(self):
        self.publish(event("a", 1))
        follower = self.follow("order.placed", "--json")
        self.assertEqual(["a-1"], self.ids(follower, 1))
        follower.send_signal(signal.SIGINT)
        out, error = follower.communicate(timeout=10)
        self.assertEqual((130, "", "\nsluice: interrupted\n"), (follower.returncode, out, error))

    def test_it_ends_well_when_its_reader_goes_although_nothing_comes(self):
        follower = self.follow("order.cancelled", "--json")
        follower.stdout.close()
        self.assertEqual(0, follower.wait(timeout=10))
        self.assertEqual("", follower.stderr.read())

    def test_it_ends_well_when_its_reader_goes_while_much_comes(self):
        follower = self.follow("order.placed", "--json")
        self.publish(*[event("a", number) for number in range(1, 2_001)])
        self.assertEqual(["a-1"], self.ids(follower, 1))
        follower.stdout.close()
        self.assertEqual(0, follower.wait(timeout=10))
        self.assertEqual("", follower.stderr.read())

    def test_a_daemon_that_stops_ends_it_with_a_word(self):
        api = self.server.info()["api"]
        follower = self.follow("order.placed", "--json")
        self.publish(event("a", 1))
        self.assertEqual(["a-1"], self.ids(follower, 1))
        self.assertEqual(0, self.server.stop())
        _, error = follower.communicate(timeout=30)
        self.assertEqual(3, follower.returncode)
        self.assertRegex(error, rf"^sluice: no answer from {api} \(.+\); look whether the daemon runs\n$")

    def test_a_closed_stdout_of_another_kind_does_not_end_it(self):
        read_end, write_end = os.openpty()
        follower = self.start("read", "order.placed", "--follow", "--json", stdout=write_end)
        os.close(write_end)
        self.publish(event("a", 1))
        self.assertIn(b'"id":"a-1"', os.read(read_end, 4096))
        self.assertIsNone(follower.poll())
        os.close(read_end)

    def test_without_a_daemon_it_says_that_it_needs_one(self):
        self.publish(event("a", 1))
        self.assertEqual(0, self.server.stop())
        self.assertEqual("sluice: --follow needs a running daemon: while this command has the log open, nobody else "
                         "can write to it; `sluice serve` runs one\n",
                         self.refused("read", "order.placed", "--follow", code=3))


if __name__ == "__main__":
    unittest.main()
