#!/usr/bin/env python3
"""The benchmark of few events: every figure is there, and nothing is left behind. No figure is judged."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

BINARY = os.environ.get("SLUICE_BENCH", "sluice_bench")
EVENTS = 1200  # two full batches and a part of one
USAGE = ("usage: sluice_bench [embedded|kafka|kafka-latency|kafka-bytes|kafka-restore|latency|waiting|closed|subjects|payload|"
         "redrive|story [EVENTS]]\n")

# A raw ceiling has a rate alone; what is measured has its ratio to the one that it stands beside.
CEILINGS = ("raw append, RocksDB alone", "raw scan", "plain SQLite, inbox and upsert")
MEASURED = {
    "publish": "raw append",
    "sequence, from the log to the log": "raw append + scan",
    "handle with SQLite, rebuilt": "plain SQLite",
    "publish, sequence, handle (no-op)": "raw append + scan",
}
LINE = re.compile(r"^  (?P<name>\S.*?)\s+(?P<rate>\d+) events/s(?:\s+(?P<ratio>\d+\.\d\d) of (?P<of>.+?)"
                  r"\s+\d+\.\d us of processor each)?$")


class Bench(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-bench-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def bench(self, *arguments):
        ran = subprocess.run([BINARY, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                             timeout=240, check=False)
        self.assertEqual([], list(self.folder.iterdir()), "the scratch directory is removed")
        return ran

    def test_every_figure_is_there(self):
        ran = self.bench("embedded", EVENTS)
        self.assertEqual(0, ran.returncode, ran.stderr)
        head, *lines = ran.stdout.splitlines()
        self.assertEqual(f"{EVENTS} events of 420 bytes, 100000 subjects, synced batches of 500", head)
        found = [LINE.match(line) for line in lines]
        self.assertNotIn(None, found, ran.stdout)
        self.assertEqual([*CEILINGS, *MEASURED], [line["name"] for line in found])
        for line in found:
            self.assertGreater(int(line["rate"]), 0, line["name"])
            self.assertEqual(MEASURED.get(line["name"]), line["of"])

    def test_one_event_is_enough(self):
        ran = self.bench("embedded", 1)
        self.assertEqual((0, len(CEILINGS) + len(MEASURED) + 1), (ran.returncode, len(ran.stdout.splitlines())), ran)

    def test_the_other_measurements_tell_what_they_found(self):
        for name, told in {"latency": r"^1200 events .* p50 \d+\.\d +p99 .* p99\.9 .* most \d+\.\d$",
                           "waiting": r"^1200 events of 420 bytes wait, .* MiB resident",
                           "closed": r"^1200 subjects closed: \d+\.\d bytes each in the state, and a key of",
                           "redrive": r"^1200 events of 420 bytes, parked, of 120 subjects: .* redrive +\d+ events/s .* of that"
                                      r".* before +p50 \d.* during the redrive +p50 \d",
                           "story": r"^1200 events of 1200 subjects.* \d+\.\d bytes of trail an event1000 stories of 2\.0 entries.*"
                                    r" most \d+\.\d; reading the ordered topic"}.items():
            ran = self.bench(name, EVENTS)
            self.assertEqual(0, ran.returncode, ran.stderr)
            self.assertRegex(ran.stdout.replace("\n", ""), told)

    def test_a_shape_is_measured_part_by_part_beside_the_libraries(self):
        ran = self.bench("payload", EVENTS)
        self.assertEqual(0, ran.returncode, ran.stderr)
        head, *lines, last = ran.stdout.splitlines()
        self.assertRegex(head, r"^1200 events, data of \d{3} bytes$")
        alone = {name for name in (re.match(r"^  (\S.*?) +\d+ ns$", line) for line in lines) if name}
        beside = [re.match(r"^  (\S.*?) +\d+ ns +\d+\.\d\d of (.+)$", line) for line in lines]
        self.assertEqual(len(lines), len(alone) + sum(one is not None for one in beside), ran.stdout)
        self.assertLessEqual({one[2] for one in beside if one}, {one[1] for one in alone})
        self.assertRegex(last, r"^  10000 subscriptions: \d+ us an event to judge, \d+ ns each; \d+\.\d\d pass$")

    def test_what_cannot_be_measured_is_refused(self):
        for arguments in (("kafkaesque",), ("embedded", "many"), ("embedded", "0"), ("embedded", "-1"),
                          ("embedded", "1e6"), ("embedded", "1", "2")):
            ran = self.bench(*arguments)
            self.assertEqual((2, "", USAGE),
                             (ran.returncode, ran.stdout, ran.stderr), arguments)


if __name__ == "__main__":
    unittest.main()
