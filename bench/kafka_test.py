#!/usr/bin/env python3
"""The measurements on Kafka, of few events on a broker of their own: every figure is there. No figure is judged.

Where Maven has not what the peers need, the rest is looked at, and then the test says what it has skipped."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BINARY = os.environ.get("SLUICE_BENCH", "sluice_bench")
EVENTS = 20_000  # more than a transaction takes: what comes in the first one is not timed
SKIPPED = 77  # ctest's word for it
NOT_TO_BE_HAD = re.compile(r"is not installed:|Maven cannot resolve")

RATE = re.compile(r"^  (?P<name>\S.*?) +(?P<rate>\d+) events/s +\d+\.\d\d of (?P<of>\S.*?) +\d+\.\d us of processor each$")
TIMES = re.compile(r"^  (?P<name>\S.*?): \d+\.\d times (?P<of>\S.*?) \(\d+\.\d times its second half, when it is warm\)$")
OURS = [("consume, count, produce: raw", "raw transactions"), ("sequence", "raw transactions"),
        ("consume: raw", "raw consuming"), ("consume: raw, headers parsed", "raw consuming"),
        ("dispatch (no-op)", "raw consuming"), ("dispatch (64 threads)", "all of them busy"),
        ("dispatch (2,000, no threads)", "all of them busy")]
PEERS = [("the same by Kafka Streams", "raw transactions"), ("Parallel Consumer (no-op)", "raw consuming"),
         ("Parallel Consumer (1 ms)", "all of them busy")]
BESIDE_PEERS = [("sequence", "Kafka Streams"), ("dispatch", "Parallel Consumer"),
                ("64 threads", "Parallel Consumer"), ("no threads", "Parallel Consumer")]


class OnKafka(unittest.TestCase):
    without_peers = None  # why

    def bench(self, *arguments):
        with tempfile.TemporaryDirectory(prefix="sluice-bench-test-") as folder:
            work = pathlib.Path(folder) / "work"
            work.mkdir()
            command = [sys.executable, HERE / "on_kafka.py", *map(str, arguments), "--binary", BINARY, "--directory",
                       pathlib.Path(folder) / "broker"]
            ran = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=500, check=False)
            if ran.returncode != 1:  # the logs of a broker that did not start stay
                self.assertEqual([work], list(pathlib.Path(folder).iterdir()), "the broker and its data are gone")
                self.assertEqual([], list(work.iterdir()), "the scratch directory is removed")
            return ran

    def figures(self, *arguments):
        ran = self.bench(*arguments)
        self.assertEqual(0, ran.returncode, ran.stderr)
        head, *lines = ran.stdout.splitlines()
        self.assertEqual(f"{EVENTS} events of 420 bytes, 100000 subjects, 6 partitions, transactions of 8000, CRCs checked",
                         head)
        rates = [found for found in map(RATE.match, lines) if found]
        times = [found for found in map(TIMES.match, lines) if found]
        rest = [line for line in lines if not RATE.match(line) and not TIMES.match(line)]
        self.assertEqual([f"the first {EVENTS}, handlers of 1 ms, 64 at once"], rest)
        for rate in rates:
            self.assertGreater(int(rate["rate"]), 0, rate["name"])
        return [(one["name"], one["of"]) for one in rates], [(one["name"], one["of"]) for one in times]

    def test_beside_raw_librdkafka(self):
        self.assertEqual((OURS, []), self.figures("kafka", EVENTS))

    def test_beside_peers(self):
        try:
            rates, times = self.figures("kafka", EVENTS, "--peers")
        except AssertionError as failed:
            if NOT_TO_BE_HAD.search(str(failed)):
                OnKafka.without_peers = str(failed)
                self.skipTest(OnKafka.without_peers)
            raise
        self.assertEqual(sorted(OURS + PEERS), sorted(rates))
        self.assertEqual(BESIDE_PEERS, times)

    def test_what_is_added_to_the_way_of_an_event(self):
        ran = self.bench("kafka-latency", 2_000)
        self.assertEqual(0, ran.returncode, ran.stderr)
        head, *lines = ran.stdout.splitlines()
        self.assertRegex(head, r"^2000 events of 420 bytes at 5000 a second")
        told = re.compile(r"^ +(\d+) ms: added p50 \d+\.\d +p99 \d+\.\d +p99\.9 .* +most .* from due p50 .* p99 .*"
                          r" \d+ steps/s of \d+\.\d ms +\d+\.\d us of processor each$")
        self.assertEqual(["20", "50", "100"], [told.match(line)[1] for line in lines], ran.stdout)

    def test_what_is_written_for_a_byte_of_input(self):
        ran = self.bench("kafka-bytes", EVENTS)
        self.assertEqual(0, ran.returncode, ran.stderr)
        parts = re.split(r"^(?=\w+: channel)", ran.stdout, flags=re.MULTILINE)[1:]
        self.assertEqual(2, len(parts), ran.stdout)
        for part, (name, detours) in zip(parts, (("without", "0"), ("detour", r"[1-9]\d+"))):
            self.assertRegex(part, rf"^{name}: channel of \d partitions, {detours} of {EVENTS} events by the detour,")
            by_topic = {one: float(ratio) for one, ratio in re.findall(r"^  (\S+) +(\d+\.\d{3})\b", part, re.MULTILINE)}
            all_of_it = by_topic.pop("all")
            self.assertGreater(by_topic["bench.ordered"], 0)
            self.assertIn("sequencer.bench.state", by_topic)
            self.assertEqual(name == "detour", "bench.repartition" in by_topic, part)
            self.assertAlmostEqual(all_of_it, sum(by_topic.values()), delta=0.01)

    def test_a_machine_that_has_nothing(self):
        ran = self.bench("kafka-restore", 40_000)
        self.assertEqual(0, ran.returncode, ran.stderr)
        head, *lines = ran.stdout.splitlines()
        self.assertRegex(head, r"^40000 subjects in \d homes")
        told = re.compile(r"^  (\w.*?) +\d+\.\d s +\d+\.\d s a million +(\d+) in snapshots, (\d+) folded ")
        (without, none, all_of_them), (kept, *_) = (told.match(line).groups() for line in lines)
        self.assertEqual(("without", "0", "40000", "with snapshots"), (without, none, all_of_them, kept), ran.stdout)

    def test_what_cannot_be_asked(self):
        for arguments in (("kafkaesque",), ("kafka-bytes", "--peers"), ("kafka", "many")):
            self.assertEqual(2, self.bench(*arguments).returncode, arguments)


if __name__ == "__main__":
    program = unittest.main(exit=False)
    if OnKafka.without_peers and program.result.wasSuccessful():
        sys.exit(SKIPPED)
    sys.exit(not program.result.wasSuccessful())
