#!/usr/bin/env python3
"""kill -9 at random moments of a run, resumed each time: no difference to the oracle. Prints its seed."""

import os
import pathlib
import random
import subprocess
import tempfile
import time
import unittest

import runs

KILLS = int(os.environ.get("SLUICE_KILLS", "6"))
SEED = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(2**32)))


class Resume(unittest.TestCase):
    def test_killed_and_resumed(self):
        print(f"rerun with SLUICE_SEED={SEED}", flush=True)
        chance = random.Random(SEED)
        real = runs.real_orders() if KILLS >= 30 else None
        source = ["--data", real] if real else ["--orders", 3000, "--seed", SEED % 1000]
        with tempfile.TemporaryDirectory(prefix="sluice-kill-") as folder:
            state = pathlib.Path(folder) / "state"
            arguments = [*source, "--chaos", SEED % 100, "--state", state]
            killed = 0
            longest = 1.0 if real is None else 8.0
            while killed < KILLS:
                command = [runs.BINARY, "commerce", "run", "--exit", "--json", *map(str, arguments)]
                with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                    time.sleep(chance.uniform(0.05, longest))
                    if process.poll() is None:
                        process.kill()
                        killed += 1
                    else:
                        self.assertEqual(0, process.returncode)
                        break
            summary, code = runs.run(*arguments)
            print(f"{killed} kills; {summary['events_published']} events", flush=True)
            self.assertGreater(killed, 0)
            self.assertEqual(0, code, summary)
            self.assertEqual(0, summary["oracle"]["differences"], summary["oracle"])
            self.assertEqual(0, summary["parked"])
            code, report = runs.judge(state)
            self.assertEqual(0, code, report)
            checked, code = runs.check(state)
            self.assertEqual((0, summary["oracle"]), (code, checked))


if __name__ == "__main__":
    unittest.main()
