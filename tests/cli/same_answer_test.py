#!/usr/bin/env python3
"""Every command answers the same, to the byte, whether a daemon is asked or the directory is opened."""

import unittest

from harness import Case, event, lines, wait_until

READING = [
    "status", "status --json", "status --check", "stuck", "stuck --json", "topics", "topics --json",
    "why a", "why a --json", "why b", "why b --json", "why gap", "why gap --json", "why nobody", "why ''",
    "why a/b?c=%20#d", "read order.placed", "read order.placed --json", "read order.cancelled --json",
    "read shop.ordered", "read shop.ordered --json", "read shop.ordered --json --subject a",
    "read shop.ordered --subject nobody", "read shop.ordered --json --limit 2", "read shop.ordered --json --from 1",
    "read order.placed --from 9999", "read shop.aside --json", "read shop.repartition --json",
    "read shop.orderd", "read ''", "read a/b",
]


class SameAnswer(Case):
    def ask(self, command, stdin=""):
        """(exit code, stdout, stderr)"""
        words = [word.strip("'") for word in command.split()]
        ran = self.run_command(*words, stdin=stdin)
        return ran.returncode, ran.stdout, ran.stderr

    def fill(self):
        """A bit of everything: in order, late, a gap, a duplicate, a detour, names of any letters."""
        self.publish(*[event("a", number) for number in (2, 1, 3, 3)], event("b", 1), event("gap", 1), event("gap", 3),
                     event("\u00fc/\u00e4", 1, "order.cancelled", data={"text": "\u00e4\u2028 \"quoted\""}),
                     event("a/b?c=%20#d", 1), event("no-time", 1, "order.cancelled", without="time"))

    @staticmethod
    def is_trimmed(daemon, topic):
        """Nothing is kept, so retention will not change what is told of it."""
        return all(of["first"] == of["end"] for of in daemon.api(f"/v1/topics/{topic}")[1]["partitions"])

    def test_of_a_directory_with_everything_in_it(self):
        daemon = self.daemon()
        self.fill()
        daemon.settle()
        wait_until(lambda: "proven" in daemon.api("/v1/why/gap")[1]["why"], "the gap is proven")
        wait_until(lambda: self.is_trimmed(daemon, "shop.repartition"), "what was read of the detour is gone")
        asked = {command: self.ask(command) for command in READING}
        self.assertEqual(0, daemon.stop())
        for command in READING:
            self.assertEqual(asked[command], self.ask(command), command)
        self.assertEqual({0, 1, 4}, {code for code, _, _ in asked.values()})

    def test_of_a_directory_that_nothing_was_published_to(self):
        daemon = self.daemon()
        wait_until(lambda: daemon.api("/v1/status")[1]["domains"][0]["ordered"], "the domain has begun")
        asked = {command: self.ask(command) for command in READING}
        self.assertEqual(0, daemon.stop())
        for command in READING:
            self.assertEqual(asked[command], self.ask(command), command)

    def test_of_publishing_good_and_bad_lines(self):
        bad = lines([event("a", 1), event("a", 2, id=None), event("a", 2, "order.plcaed"),
                     event("a", 2, data={"amount": "much"}), event("a", 0)]) + "{\n[]\n\n" + lines([event("a", 4)])
        without = self.ask("publish - --json", bad), self.ask("publish -", bad)
        self.daemon()
        (code, told, error), short = self.ask("publish - --json", bad), self.ask("publish -", bad)
        self.assertEqual(without[0][0::2], (code, error))
        self.assertEqual(without[1], short)
        self.assertEqual((1, "2 published, 6 refused\n"), short[:2])
        moved = told.replace('"offset":4', '"offset":0').replace('"offset":5', '"offset":1')  # published behind
        self.assertEqual(without[0][1], moved)

    def test_what_was_published_either_way_is_read_either_way(self):
        self.publish(event("a", 1), event("b", 1))
        daemon = self.daemon()
        self.publish(event("a", 2), event("b", 2))
        daemon.settle()
        asked = self.ask("read shop.ordered --json --subject a")
        daemon.stop()
        self.publish(event("a", 3))
        self.settle()
        code, out, error = self.ask("read shop.ordered --json --subject a")
        self.assertEqual((0, ""), (code, error))
        self.assertTrue(out.startswith(asked[1]))
        self.assertEqual(3, len(out.splitlines()))


if __name__ == "__main__":
    unittest.main()
