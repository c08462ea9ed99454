#!/usr/bin/env python3
"""Commands of the command line are killed, and what they talk to as well, and are typed again: imports, exports, verbs. On the
embedded log here, on Kafka by tests/broker/same_kills_test.py.

SLUICE_KILLS says how often (default 6), SLUICE_SEED which moments.
"""

import json
import os
import subprocess
import time
import unittest

from harness import BINARY, Case, event, wait_until
from kills import Kills, once_each
from verbs_harness import WHY
from verbs_import_test import CONNECT, SPRING, as_lines

SUBJECTS = 20
EVENTS = 60  # of a subject, in more than one batch


class Typed(Kills, Case):
    POINTS = ("log.group.before_write", "log.group.before_ack")  # of the embedded log

    def killed(self, *arguments, seconds):
        """Types it and kills it at some moment, unless it is over by then; whether it was killed."""
        process = self.start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(self.moments.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait() < 0

    def killed_at(self, point, *arguments):
        """It kills itself there, unless it is over by then."""
        self.assertIn(subprocess.run([BINARY, *arguments], cwd=self.dir, capture_output=True, check=False,
                                     env={**os.environ, "SLUICE_KILL_AT": point}).returncode, (-9, 0))

    def seconds_of(self, *arguments):
        """How long it takes when nobody kills it."""
        begun = time.monotonic()
        self.sluice(*arguments)
        return time.monotonic() - begun

    def by_subject(self, events, *names):
        subjects = {}
        for one in events:
            subjects.setdefault(one["subject"], []).append(tuple(one.get(name) for name in names))
        return subjects

    def letters(self, file):
        """A file of dead letters of all kinds; answers what has to come of it: by subject where from, in order."""
        found, expected = [], {}
        for n in range(1, EVENTS + 1):
            for at in range(SUBJECTS):
                subject = f"{file}-{at}"
                if at % 3 == 0:
                    found.append({**CONNECT, "key": subject, "headers": [
                        one if one != "17" else str(n) for one in CONNECT["headers"]]})
                    source = f"/order.placed order.placed/1/{n}"
                elif at % 3 == 1:
                    changed = {"spring": subject, "spring-7": f"{subject}-{n}", "7": str(n)}
                    found.append({**SPRING, "key": subject, "headers": [changed.get(one, one) for one in SPRING["headers"]]})
                    source = f"/orders {subject}-{n}"
                else:
                    found.append(event(subject, n))
                    source = f"/orders {subject}-{n}"
                expected.setdefault(subject, []).append((source, str(n)))
        self.write(file, as_lines(*found))
        return expected

    def test_what_is_imported_comes_once_whoever_was_killed(self):
        daemon = self.daemon()
        expected, cut_short = self.letters("whole.jsonl"), 0
        seconds = self.seconds_of("import", "whole.jsonl")
        for kill in range(self.kills):
            file = f"{kill}.jsonl"
            expected.update(self.letters(file))
            gone = self.moments.random() < 0.5
            if gone:
                self.moments.choice((daemon.kill, daemon.stop))()
            cut_short += self.killed("import", file, seconds=seconds)
            if not gone and self.moments.random() < 0.5:
                daemon.kill()
                gone = True
                cut_short += self.killed("import", file, seconds=seconds)
            if gone:
                daemon = self.daemon()
            self.assertEqual(f"{SUBJECTS * EVENTS} imported, 0 refused\n", self.sluice("import", file).stdout)
        print(f"{cut_short} were cut short", flush=True)
        whole = (1 + self.kills) * SUBJECTS * EVENTS
        wait_until(lambda: len(once_each(self.audit())) >= whole, "all is handled", 4 * self.PATIENCE_S)
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        ordered = self.read("shop.ordered")
        self.assertEqual(expected, self.by_subject(ordered, "importedfrom", "subjectposition"))
        self.assertEqual(expected, self.by_subject(once_each(self.audit()), "importedfrom", "subjectposition"))
        self.assertEqual([], json.loads(self.sluice("stuck", "--json").stdout)["stuck"])

    def test_history_that_is_imported_lies_there_once(self):
        whole = self.kills * SUBJECTS * EVENTS
        self.publish(*(event(f"s{at}", n) for n in range(1, whole // SUBJECTS + 1) for at in range(SUBJECTS)))
        self.settle()
        kept = self.sluice("read", "shop.ordered", "--json").stdout.splitlines(keepends=True)
        self.assertEqual(whole, len(kept))
        history = ("import", "history", "kept.jsonl", "--domain", "shop")
        partly, there, seconds = 0, 0, self.seconds_of("read", "shop.ordered", "--json")
        for kill, end in enumerate(range(SUBJECTS * EVENTS, whole + 1, SUBJECTS * EVENTS)):
            before = there
            self.write("kept.jsonl", "".join(kept[:end]))
            if self.POINTS and kill % 2:  # between two of its writes, which are not far apart
                self.killed_at(f"{self.moments.choice(self.POINTS)}:{self.moments.randint(1, 3)}", *history)
            else:
                self.killed(*history, seconds=seconds)
            there = self.brought_back()
            self.assertTrue(before <= there <= end, f"{before} <= {there} <= {end}")
            partly += before < there < end
        print(f"after {partly} of {self.kills} kills a part was there", flush=True)
        self.assertEqual(f"{whole - there} brought back, {there} were there\n", self.sluice(*history).stdout)
        self.assertEqual(f"0 brought back, {whole} were there\n", self.sluice(*history).stdout)
        names = ("id", "subjectposition", "data")
        self.assertEqual(self.by_subject(self.read("shop.ordered"), *names), self.by_subject(self.read("shop.history"), *names))
        self.publish(event("s0", whole // SUBJECTS + 1))
        self.settle()
        self.assertEqual(whole + 1, len(once_each(self.audit())), "nothing of it is handled again")

    def brought_back(self):
        ran = self.run_command("read", "shop.history", "--json")
        return len(ran.stdout.splitlines()) if ran.returncode == 0 else 0

    def test_a_verb_is_carried_out_once_whoever_was_killed(self):
        daemon = self.daemon()
        asked, expected, gone = [], {}, False
        seconds = self.seconds_of("stuck")
        for kill in range(self.kills):
            subjects = [f"{kill}-{n}" for n in range(6)]
            self.publish(*(event(one, n) for one in subjects for n in (2, 3)))
            expected.update({one: ["2", "3"] for one in subjects})
            wait_until(lambda: self.waiting() == subjects, "all wait")
            for one in subjects:
                verb = ("skip", one, *WHY, "--id", f"skip-{one}", "--yes")
                asked.append(f"skip-{one}")
                if not gone and self.moments.random() < 0.4:
                    self.moments.choice((daemon.kill, daemon.stop))()
                    gone = True
                for _ in range(self.moments.choice((1, 2))):
                    self.killed(*verb, seconds=3 * seconds)
                self.sluice(*verb)  # nobody may run: it is pending
                if gone and self.moments.random() < 0.5:
                    daemon, gone = self.daemon(), False
            if gone:
                daemon, gone = self.daemon(), False
            wait_until(lambda: not self.waiting(), "nothing waits any more", self.PATIENCE_S)
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        handled = [one for one in once_each(self.audit()) if one["type"] != "sluice.gap"]
        numbers = {subject: [n for n, in mine] for subject, mine in self.by_subject(handled, "sourcesequence").items()}
        self.assertEqual(expected, numbers)
        commands = [one for one in self.read("shop.aside") if one["type"] == "sluice.command"]
        self.assertEqual(sorted(asked), sorted(one["id"] for one in commands), "each once, and the log has it")
        self.assertEqual([], [one for one in commands if not one["aside"].startswith("chosen: carried out")])

    def waiting(self):
        return sorted(one["subject"] for one in json.loads(self.sluice("stuck", "--json").stdout)["stuck"])

    def test_an_export_that_was_cut_short_changes_nothing(self):
        contract = (self.dir / "shop.yaml").read_text(encoding="utf-8")
        self.write("shop.yaml", contract.replace("validation: enforce", "validation: off"))
        self.publish(*(event(f"s{at}", n, data={"amount": "one"} if n == 1 else None)
                       for n in range(1, EVENTS + 1) for at in range(SUBJECTS)))
        self.write("shop.yaml", contract)
        daemon = self.daemon()
        wait_until(lambda: len(self.waiting()) == SUBJECTS, "all are parked")
        daemon.settle()
        export = ("export", "-S", "audit")
        seconds = self.seconds_of(*export)
        whole = self.sluice(*export).stdout
        self.assertEqual(SUBJECTS * EVENTS, len(whole.splitlines()))
        for _ in range(self.kills):
            self.killed(*export, seconds=seconds)
            if self.moments.random() < 0.3:
                daemon.kill()
                daemon = self.daemon()
        self.assertEqual(whole, self.sluice(*export).stdout)
        self.assertEqual(SUBJECTS, len(self.waiting()))


if __name__ == "__main__":
    unittest.main()
