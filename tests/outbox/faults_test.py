#!/usr/bin/env python3
"""Eight writers with aborts and long locks; relays, the database and the daemon killed, the network cut: each committed
event stands once in the ordered topic, in its order; no number is missing, and nothing that was rolled back is there.
Longer: SLUICE_OUTBOX_SECONDS=600 SLUICE_OUTBOX_LOCK_SECONDS=60 ./dev test -R outbox.faults. SLUICE_SEED repeats the
choices, not their moments."""

import os
import random
import signal
import subprocess
import threading
import time
import unittest

import servers
from harness import free_port, wait_until
from outbox_harness import Cut, OutboxCase

WRITERS = 8
SUBJECTS = 12
SECONDS = int(os.environ.get("SLUICE_OUTBOX_SECONDS", "30"))
LOCK_SECONDS = int(os.environ.get("SLUICE_OUTBOX_LOCK_SECONDS", "8"))
SEED = int(os.environ.get("SLUICE_SEED", "0")) or random.randrange(1 << 32)


class Writer(threading.Thread):
    """Transactions in a row, each with its events and the same in a ledger; psql ends when the server does."""

    def __init__(self, number, url, until, problems):
        super().__init__()
        self.number, self.url, self.until, self.problems = number, url, until, problems
        self.chance = random.Random(SEED * 100 + number)
        self.sent = 0

    def transaction(self):
        lines = ["begin;"]
        for subject in self.chance.sample(range(SUBJECTS), self.chance.choice([1, 1, 1, 2])):
            for _ in range(self.chance.choice([1, 1, 3])):
                self.sent += 1
                kind = self.chance.choice(["order.placed", "order.cancelled"])
                name = f"w{self.number}-{self.sent}"
                lines.append(f"insert into ledger select 's{subject}', sluice_publish('shop', 's{subject}', '{kind}', "
                             f"'{{\"amount\": {self.sent}}}', id => '{name}'), '{name}';")
            if self.chance.random() < 0.2:
                lines.append(f"select pg_sleep({self.chance.random() / 5:.3f});")
        lines.append(self.chance.choice(["commit;"] * 3 + ["rollback;"]))
        return "\n".join(lines)

    def run(self):
        while time.monotonic() < self.until:
            script = "\n".join(self.transaction() for _ in range(10))
            ran = subprocess.run(["psql", "-X", "-q", self.url], input=script, text=True, capture_output=True, check=False)
            for line in ran.stderr.splitlines():
                if "ERROR:" in line and not any(known in line for known in ("deadlock", "transaction is aborted",
                                                                          "administrator command")):
                    self.problems.append(line)
            if ran.returncode != 0:
                time.sleep(0.2)


class Crashing(servers.Postgres):
    """Killed, and started again on what it left."""

    def crash(self):
        self.process.kill()
        self.process.wait()
        end = time.monotonic() + servers.START_SECONDS_MAX
        while True:  # its children take a moment to notice
            self.process = subprocess.Popen(self.command(), **self.pipes())
            while self.process.poll() is None and not self.answers():
                time.sleep(0.1)
            if self.process.poll() is None:
                return
            assert time.monotonic() < end, "PostgreSQL does not come back"


class Faults(OutboxCase):
    server = Crashing

    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        port = free_port()
        self.write("sluice.yaml", (self.dir / "sluice.yaml").read_text().replace("listen: 127.0.0.1:0",
                                                                                f"listen: 127.0.0.1:{port}"))
        self.shop = self.daemon()
        self.to_daemon, self.to_database = Cut(port), Cut(self.postgres.port)
        self.addCleanup(self.to_daemon.close)
        self.addCleanup(self.to_database.close)
        self.sql("create table ledger (subject text, number bigint, id text)")
        self.relays = [self.start_relay() for _ in range(3)]
        self.happened = []
        self.holders = []

    def start_relay(self):
        return self.relay(f"http://127.0.0.1:{self.to_daemon.port}", "--relays", "2", "--lease", "3s",
                          database=self.url_by(self.to_database.port))

    def kill_relay(self):
        at = self.chance.randrange(len(self.relays))
        self.relays[at].stop(signal.SIGKILL)
        self.relays[at] = self.start_relay()

    def freeze_relay(self):
        relay = self.chance.choice(self.relays)
        relay.process.send_signal(signal.SIGSTOP)
        time.sleep(4)
        relay.process.send_signal(signal.SIGCONT)

    def kill_database(self):
        self.postgres.crash()

    def kill_daemon(self):
        self.shop.kill()
        self.shop = self.daemon()

    def cut_off(self):
        way = self.chance.choice([self.to_daemon, self.to_database])
        way.cut()
        time.sleep(self.chance.random() * 3)
        way.mend()

    def hold_a_lock(self):
        """A transaction that begins now, takes low numbers of one subject, and commits long after others."""
        name = f"long-{len(self.holders)}-"  # an id is used once
        script = (f"begin; insert into ledger select 'long', sluice_publish('shop', 'long', 'order.placed', "
                  f"'{{\"amount\": 1}}', id => '{name}' || i), '{name}' || i from generate_series(1, 3) i; "
                  f"select pg_sleep({LOCK_SECONDS}); commit;")
        self.holders.append(subprocess.Popen(["psql", "-X", "-q", "-c", script, self.url], stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL))

    def test_each_committed_event_once_in_order(self):
        print(f"rerun with SLUICE_SEED={SEED}", flush=True)
        until, problems = time.monotonic() + SECONDS, []
        writers = [Writer(number, self.url, until, problems) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        acts = [self.kill_relay, self.freeze_relay, self.kill_database, self.kill_daemon, self.cut_off, self.hold_a_lock]
        plan = list(acts)
        while time.monotonic() < until:
            time.sleep(self.chance.random() * 2)
            act = plan.pop(0) if plan else self.chance.choice(acts)
            self.happened.append(act.__name__)
            act()
        for writer in writers:
            writer.join()
        for holder in self.holders:
            holder.wait(timeout=LOCK_SECONDS * len(self.holders) + 60)
        self.assertEqual([], problems)
        self.relayed(seconds=240)
        self.judge()

    def judge(self):
        ledger = {}
        for line in self.sql("select subject, number, id from ledger order by subject, number").splitlines():
            subject, number, name = line.split("|")
            ledger.setdefault(subject, []).append((int(number), name))
        wait_until(self.shop.ready, "the daemon is there")
        self.shop.settle()
        ordered = {}
        for one in self.read("shop.ordered"):
            ordered.setdefault(one["subject"], []).append((int(one["sourcesequence"]), one["id"]))
        for subject, events in ledger.items():
            self.assertEqual(list(range(1, len(events) + 1)), [number for number, _ in events], f"{subject} has a hole")
            self.assertEqual(events, ordered.get(subject), subject)
        self.assertEqual(set(ledger), set(ordered), "nothing that was rolled back")
        self.first_arrivals_are_in_order()
        count = sum(map(len, ledger.values()))
        sent = sum(len(self.read(topic)) for topic in ("order.placed", "order.cancelled"))
        print(f"{count} events, {sent - count} sent more than once; {', '.join(self.happened)}", flush=True)
        self.assertGreater(count, 200)

    def first_arrivals_are_in_order(self):
        """In one channel a number is never seen before a smaller one was."""
        last, seen = {}, set()
        for one in self.read("order.placed"):
            subject, number = one["subject"], int(one["sourcesequence"])
            if (subject, number) not in seen:
                self.assertGreater(number, last.get(subject, 0), subject)
                last[subject] = number
                seen.add((subject, number))


if __name__ == "__main__":
    unittest.main()
