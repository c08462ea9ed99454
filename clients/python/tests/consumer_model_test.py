#!/usr/bin/env python3
"""Each subject in its order and each effect once, from a seed: handlers that fail, two consumers that come and go,
requests and answers that are lost, leases that run out, and a daemon that is killed."""

import asyncio
import os
import random
import sqlite3
import threading
import time
import unittest

from consumer_case import ConsumerCase, made
from harness import wait_until
from sluice import AsyncClient, AsyncConsumer, Client, Dead, Inbox, Options, Retry, Unreachable, in_threads

SUBJECTS, EVENTS, KILLS = 16, 12, 2


class LossyClient(Client):
    """Loses requests, and answers to requests that were carried out."""

    def __init__(self, url, chance):
        super().__init__(url)
        self.chance = chance

    def send(self, request):
        if self.chance.random() < 0.05:
            raise Unreachable("lost on its way, by the test")
        reply = super().send(request)
        if self.chance.random() < 0.05:
            raise Unreachable("its answer was lost, by the test")
        return reply


class Handlers:
    """What a service does, and the trouble it makes. `dead_at`: by subject, the position that is refused."""

    def __init__(self, chance, dead_at):
        self.chance = chance
        self.dead_at = dead_at

    def placed(self, event, sql):
        last, = sql.execute("select coalesce(max(position), 0) from effects where subject = ?", (event.subject,)).fetchone()
        sql.execute("insert into effects values (?, ?, ?)", (event.subject, event.position, last))
        if event.position == self.dead_at.get(event.subject):
            raise Dead("as planned")
        draw = self.chance.random()
        if draw < 0.05:
            return Retry("as planned", after_s=self.chance.choice([None, 0, 0.02]))
        if draw < 0.10:
            raise KeyError("as planned")
        if draw < 0.13:
            sql.commit()  # so that others may write while this one sleeps: its effect and its row are there together
            time.sleep(0.7)  # longer than a lease
        return None


class Model(ConsumerCase):
    def test_each_effect_once_and_in_order(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        chance = random.Random(seed)
        self.configure("    retry: {first: 10ms, max: 50ms, attempts: 1000}\n    breaker: {subjects: 0}\n")
        path = self.dir / "effects.sqlite"
        inbox = Inbox(lambda: sqlite3.connect(path, timeout=30), "audit", domain="shop")
        inbox.create("create table effects (subject text, position integer, last integer)")
        names = [f"s{n}" for n in range(SUBJECTS)]
        dead_at = {name: chance.randint(1, EVENTS) for name in chance.sample(names, 2)}
        expected = {name: dead_at.get(name, EVENTS + 1) - 1 for name in names}
        self.start_all()
        self.client.publish(*self.shuffled(chance, names))
        handler = inbox.handler({"order.placed": Handlers(chance, dead_at).placed})
        reader = sqlite3.connect(path)
        self.addCleanup(reader.close)

        def count():
            return reader.execute("select count(*) from effects").fetchone()[0]

        consumers = [self.lossy(chance, handler) for _ in range(2)]
        for kill in range(1, KILLS + 1):
            wait_until(lambda: count() > sum(expected.values()) * kill // (KILLS + 1), "effects come", seconds=90)
            self.daemon_now.kill()
            consumers.pop(0)()
            consumers.append(self.lossy(chance, handler))
            self.daemon_now = self.daemon()
        wait_until(lambda: count() >= sum(expected.values()), "all effects are there", seconds=90)
        wait_until(self.all_said, "all is answered", seconds=90)
        rows = reader.execute("select subject, position, last from effects order by rowid").fetchall()
        for subject, position, last in rows:
            self.assertEqual(position - 1, last, f"{subject}: {position} came after {last}")
        self.assertEqual(sum(expected.values()), len(rows), "an effect is there twice, or of an event that is dead")
        stuck = {one["subject"] for one in self.daemon_now.api("/v1/stuck")[1]["stuck"]}
        self.assertEqual(set(dead_at), stuck)

    def all_said(self):
        """Nothing is left to handle but the two subjects that are dead."""
        page = self.daemon_now.api("/v1/stuck")[1]["stuck"]
        return self.daemon_now.api("/v1/status")[1]["idle"] and len(page) == 2 and {one["cause"] for one in page} == {"parked"}

    def lossy(self, chance, handler):
        """A consumer; answers what stops it."""
        client = LossyClient(f"http://127.0.0.1:{self.port}", random.Random(chance.random()))
        return self.consumer(client, handler, lease_s=0.5, events_max=chance.randint(1, 60), workers=4, away_max_s=0.5)

    def consumer(self, client, handler, **options):
        return self.consume(handler, client, **options)[0].stop

    @staticmethod
    def shuffled(chance, names):
        """Events of all subjects mixed; of a subject some come late, and some twice."""
        events = [made(name, n) for name in names for n in range(1, EVENTS + 1)]
        events += chance.sample(events, len(events) // 5)
        chance.shuffle(events)
        return events


class AsyncModel(Model):
    """The same, of consumers each in a loop of its own."""

    def consumer(self, client, handler, **options):
        async def run():
            async with AsyncClient() as asynchronous:
                asynchronous._client = client  # the one that loses
                made.append(AsyncConsumer(asynchronous, "audit", in_threads(handler), Options(wait_s=0.2, **options)))
                ready.set()
                self.assertTrue(await made[0].run(signals=False))

        made, ready = [], threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        thread.start()
        ready.wait(30)

        def end():
            made[0].stop()
            thread.join(30)
            client.close()

        self.addCleanup(end)
        return made[0].stop


if __name__ == "__main__":
    unittest.main()
