#!/usr/bin/env python3
"""The benchmark of the outbox with few events: every figure is there. No figure is judged."""

import pathlib
import re
import subprocess
import sys
import unittest

import servers

BENCH = pathlib.Path(__file__).resolve().parent / "outbox.py"
RATE = r" +[\d,]+ events/s"
LINES = {
    "plain inserts": RATE + r" +\d+\.\d\d ms each",
    "sluice_publish, no relay": RATE + r" +\d+\.\d\d ms each",
    "sluice_publish beside a relay": RATE + r" +\d+\.\d\d ms each",
    "drained, 2 relays": RATE,
    "commit to ordered topic, as watched": RATE + r" +p50 \d+\.\d ms, p99 \d+\.\d ms, max \d+\.\d ms of [\d,]+",
}


class OutboxBench(unittest.TestCase):
    def test_every_figure_is_there(self):
        few = ["--seconds", "1", "--drain", "500", "--rate", "50", "--writers", "2", "--relays", "2"]
        ran = subprocess.run([sys.executable, BENCH, *few], capture_output=True, text=True, timeout=500, check=False)
        self.assertEqual(0, ran.returncode, ran.stderr)
        lines = ran.stdout.splitlines()
        self.assertEqual(len(LINES), len(lines), ran.stdout)
        for line, (what, figures) in zip(lines, LINES.items()):
            self.assertRegex(line, f"^{re.escape(what)}{figures}$")

    def test_what_cannot_be_measured_is_refused(self):
        for arguments in (["--seconds", "many"], ["--drain", "0"], ["--writers", "0"], ["--rate", "-1"], ["fast"]):
            ran = subprocess.run([sys.executable, BENCH, *arguments], capture_output=True, text=True, timeout=60,
                                 check=False)
            self.assertEqual((2, ""), (ran.returncode, ran.stdout), arguments)
            self.assertIn("usage: ./dev bench outbox", ran.stderr)


if __name__ == "__main__":
    try:
        servers.program("pgbench", "postgresql", *servers.Postgres.FOLDERS)
    except servers.Missing as missing:
        print("skipped:", missing)
        sys.exit(0)
    unittest.main()
