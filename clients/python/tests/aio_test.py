#!/usr/bin/env python3
"""The client and the consumer for asyncio, against the binary."""

import asyncio
import os
import signal
import time
import unittest

from consumer_case import ConsumerCase, made
from sluice import AsyncClient, AsyncConsumer, Dead, NotFound, Options, PartlyRefused, Retry, Settled, Unreachable


class AsyncCase(ConsumerCase):
    def setUp(self):
        super().setUp()
        self.daemon_now = self.daemon()

    def run_with_client(self, test, **options):
        async def run():
            async with AsyncClient(f"http://127.0.0.1:{self.port}", **options) as client:
                await asyncio.wait_for(test(client), 90)

        asyncio.run(run())

    @staticmethod
    async def until(holds):
        while not holds():
            await asyncio.sleep(0.02)


class Calls(AsyncCase):
    def test_each_call(self):
        async def test(client):
            self.assertEqual(2, len(await client.publish(made("a", 1), made("a", 2))))
            lease, = await client.pull("audit", wait_s=20)
            self.assertEqual(60, await client.extend("audit", lease.id, 60))
            self.assertEqual([None], await client.ack("audit", lease.id, [(1, Settled("done"))]))
            with self.assertRaises(PartlyRefused):
                await client.publish(made("a", 3, data={"amount": "much"}))
            with self.assertRaises(NotFound):
                await client.pull("audti")

        self.run_with_client(test)

    def test_watches_that_are_left_give_their_threads_back(self):
        async def look(client, seen):
            async for record in client.watch("shop"):
                seen.append(record.event.id)

        async def test(client):
            for number in range(1, 4):  # more than there are threads
                seen = []
                task = asyncio.ensure_future(look(client, seen))
                while not seen:  # until it looks
                    await asyncio.sleep(0.1)
                    await client.publish(made(f"{number}-{time.monotonic()}", 1))
                task.cancel()
                await asyncio.wait([task])

        self.run_with_client(test, connections=2)

    def test_patience_ends(self):
        async def test(client):
            self.daemon_now.stop()
            with self.assertRaises(Unreachable):
                await client.publish(made("a", 1), patience_s=0.3)

        self.run_with_client(test)


class Consumes(AsyncCase):
    def test_subjects_side_by_side_each_in_its_order_and_a_stop_by_signal(self):
        most, together, seen = [0], set(), []

        async def handle(event):
            together.add(event.subject)
            most[0] = max(most[0], len(together))
            await asyncio.sleep(0.05)
            together.discard(event.subject)
            seen.append((event.subject, event.position))
            if event.subject == "dead":
                raise Dead("no such item")
            if seen.count(("b", 2)) == 1 and event.subject == "b" and event.position == 2:
                return Retry("later", after_s=0.01)
            return None

        async def test(client):
            subjects = ("a", "b", "c", "d", "dead")
            await client.publish(*(made(subject, n) for n in range(1, 5) for subject in subjects))
            running = asyncio.ensure_future(AsyncConsumer(client, "audit", handle, Options(workers=3, wait_s=0.2)).run())
            await self.until(lambda: len(seen) == 18)
            os.kill(os.getpid(), signal.SIGTERM)
            self.assertTrue(await running)

        self.run_with_client(test)
        self.daemon_now.settle()
        expected = {"a": [1, 2, 3, 4], "b": [1, 2, 2, 3, 4], "c": [1, 2, 3, 4], "d": [1, 2, 3, 4], "dead": [1]}
        self.assertEqual(expected, {one: [n for subject, n in seen if subject == one] for one in expected})
        self.assertTrue(2 <= most[0] <= 3, most)

    def test_a_long_handler_keeps_its_lease_and_a_stop_does_not_wait_for_ever(self):
        seen = []

        async def handle(event):
            seen.append(event.position)
            await asyncio.sleep(5 if len(seen) == 1 else 60)

        async def test(client):
            await client.publish(made("a", 1), made("a", 2))
            consumer = AsyncConsumer(client, "audit", handle, Options(wait_s=0.2, lease_s=3, grace_s=0.2))
            running = asyncio.ensure_future(consumer.run(signals=False))
            await self.until(lambda: len(seen) == 2)
            consumer.stop()
            begun = time.monotonic()
            self.assertFalse(await running)
            self.assertLess(time.monotonic() - begun, 20)

        self.run_with_client(test)
        self.assertEqual([1, 2], seen)

    def test_what_no_waiting_mends_is_raised(self):
        async def test(client):
            with self.assertRaises(NotFound):
                await AsyncConsumer(client, "audti", None).run(signals=False)

        self.run_with_client(test)


if __name__ == "__main__":
    unittest.main()
