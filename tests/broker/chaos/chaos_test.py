#!/usr/bin/env python3
"""Four daemons over three brokers, and everything that goes wrong in a data centre; Kafka's own consumer judges.

SLUICE_MINUTES says how long faults go on (default 2), SLUICE_SEED which. SLUICE_KEEP names a directory that stays, with
all logs; SLUICE_HOLD for how many seconds everything stays as it is after a failure, to be looked at.
"""

import concurrent.futures
import os
import pathlib
import random
import signal
import statistics
import tempfile
import time
import unittest

import judge
from faults import BROKER_FAULTS, DAEMON_FAULTS, BrokerFaults, DaemonFaults, Deck
from harness import wait_until
from world import Service, World

MINUTES = float(os.environ.get("SLUICE_MINUTES", os.environ.get("SLUICE_MINUTES_USUAL", "2")))
SEED = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
SERVICES = 2


class ChaosTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(os.environ.get("SLUICE_KEEP") or tempfile.mkdtemp(prefix="sluice-chaos-"))
        self.begun = time.monotonic()
        # Its threads start brokers, which end with the thread that started them.
        self.pool = concurrent.futures.ThreadPoolExecutor(2)
        self.addCleanup(self.pool.shutdown)
        self.say(f"rerun with SLUICE_SEED={SEED} SLUICE_MINUTES={MINUTES:g}")

    def say(self, what):
        print(f"{time.monotonic() - self.begun:6.1f} s  {what}", flush=True)

    def test_nothing_is_lost_doubled_or_turned_around(self):
        world = World(self.folder, self.say)
        try:
            self.go_wrong(world)
            self.come_to_rest(world)
            self.judge(world)
        except BaseException as failure:
            self.say(f"failed: {failure!s:.2000}")
            time.sleep(float(os.environ.get("SLUICE_HOLD", "0")))
            raise
        finally:
            world.close()

    def go_wrong(self, world):
        source = random.Random(SEED)
        daemons = DaemonFaults(world, random.Random(f"{SEED} daemons"), self.say)
        brokers = BrokerFaults(world, random.Random(f"{SEED} brokers"), self.say)
        decks = Deck(DAEMON_FAULTS, source), Deck(BROKER_FAULTS, source)
        services = [Service(world, name, SEED) for name in "st"[:SERVICES]]
        for one in services:
            one.start()
        self.faults, end = 0, time.monotonic() + 60 * MINUTES
        while time.monotonic() < end:
            what = [(of, deck.draw()) for of, deck in zip((daemons, brokers), decks)]
            what = source.choice([what, what, what[:1], what[1:]])
            self.carry_out(world, what)
            world.expect_progress(" and ".join(name for _, name in what), source)
        for one in services:
            one.done.set()
        for one in services:
            one.join(120)
            self.assertFalse(one.is_alive(), "what was begun to be published is taken")

    def carry_out(self, world, what):
        self.faults += len(what)
        running = [self.pool.submit(getattr(of, name)) for of, name in what]
        while concurrent.futures.wait(running, timeout=0.5).not_done:
            world.supervise()
        for one in running:
            one.result()

    def come_to_rest(self, world):
        def idle(instance):
            try:
                return instance.daemon.api("/v1/status")[1].get("idle")
            except (OSError, ValueError, TypeError):
                return False

        for instance in world.instances:
            wait_until(lambda one=instance: idle(one), f"{instance.name} has nothing to do", seconds=180)
        for instance in world.instances:
            instance.down = True
            self.assertEqual(0, instance.daemon.stop(), instance.daemon.output()[-2000:])

    def judge(self, world):
        published = world.published()
        records = judge.committed_records(world.cluster, "shop.ordered", len(published))
        self.assertEqual([], judge.findings(records, published))
        self.assertEqual([], world.model.differences(world.kinds))
        wanted = judge.heard(one for one in records if one["ce_type"] == "order.cancelled")
        count = sum(map(len, wanted.values()))
        self.assertEqual(wanted, judge.heard(judge.committed_records(world.cluster, "team.cancelled", count)))
        self.assertEqual([], judge.sink_findings([one.delivered() for one in world.instances], records))
        self.say(f"{len(published)} events, {self.faults} faults, {world.model.repeated} pushes repeated, "
                 f"{world.failed_starts} starts that failed; released after a fault in "
                 f"{statistics.median(one for one, _ in world.progress):.1f} s (median), {max(world.progress)[0]:.1f} s at most "
                 f"(after {max(world.progress)[1]})")
        self.prove_the_judge(world, records, published)

    def prove_the_judge(self, world, records, published):
        """What a foreign producer writes into the ordered topic now is found, each of it."""
        ends = {}
        for record in records:
            ends[record["ce_subject"]] = int(record["ce_subjectposition"])
        doubled, holed, turned = sorted(ends)[:3]
        forged = [(doubled, ends[doubled], ends[doubled]), (holed, ends[holed] + 2, ends[holed] + 1), (turned, ends[turned] + 1, 1)]
        judge.write(world.cluster, "shop.ordered", forged)
        found = judge.findings(judge.committed_records(world.cluster, "shop.ordered", len(records) + 3), published | {(doubled, 0)})
        for wanted in (f"{doubled}: positions", f"{holed}: positions", f"{turned}: numbers", f"('{doubled}', 0): is not",
                       f"('{holed}', {ends[holed] + 1}): was never published"):
            self.assertTrue(any(line.startswith(wanted) for line in found), f"{wanted}: {found}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # brokers and daemons go with it
    unittest.main(verbosity=2, warnings="ignore")
