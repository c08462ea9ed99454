#!/usr/bin/env python3
"""The client against the binary: what is published, pulled, extended, watched and refused."""

import threading
import unittest

from harness import CONFIG, Case, event, wait_until
from sluice import (Client, Conflict, Event, Invalid, NotFound, PartlyRefused, Published, Settled, Unreachable)


class ClientCase(Case):
    def setUp(self):
        super().setUp()
        self.write("sluice.yaml", CONFIG.replace("    file: audit.jsonl\n", "    sink: {pull: {}}\n"))

    def serve(self, **options):
        daemon = self.daemon()
        client = Client(f"http://{daemon.info()['api']}", **options)
        self.addCleanup(client.close)
        return daemon, client


def made(subject, number, **more):
    return Event.from_json(event(subject, number, **more))


class Publish(ClientCase):
    def test_one_and_many_lie_where_it_says(self):
        daemon, client = self.serve()
        first = client.publish(made("a", 1))[0]
        self.assertEqual("order.placed", first.topic)
        many = client.publish(*(made("b", n) for n in range(1, 6)))
        self.assertEqual(5, len({(one.partition, one.offset) for one in many}))
        self.assertEqual(6, len(self.read("order.placed")))

    def test_what_is_refused_is_named_and_the_others_are_kept(self):
        _, client = self.serve()
        with self.assertRaises(PartlyRefused) as refused:
            client.publish(made("a", 1), made("a", 2, data={"amount": "much"}), made("a", 3), domain="shop")
        first, second, third = refused.exception.results
        self.assertIsInstance(first, Published)
        self.assertIsInstance(third, Published)
        self.assertEqual(({1}, 400, "invalid-event"), (set(refused.exception.refused), second.status, second.code))
        self.assertIn("event 1", str(refused.exception))

    def test_a_key_gives_the_same_answer_and_belongs_to_one_request(self):
        _, client = self.serve()
        first = client.publish(made("a", 1), idempotency_key="k-1")
        again = client.publish(made("a", 1), idempotency_key="k-1")
        self.assertEqual(repr(first), repr(again))
        with self.assertRaises(Conflict) as other:
            client.publish(made("a", 2), idempotency_key="k-1")
        self.assertEqual(422, other.exception.status)

    def test_an_unknown_domain_is_told_with_the_nearest(self):
        _, client = self.serve()
        with self.assertRaises(NotFound) as refused:
            client.publish(made("a", 1), domain="shpo")
        self.assertIn("shop", refused.exception.detail)

    def test_it_waits_for_a_daemon_that_is_away_and_no_longer_than_it_may(self):
        daemon, client = self.serve()
        daemon.stop()
        with self.assertRaises(Unreachable):
            client.publish(made("a", 1), patience_s=0.3)


class Pull(ClientCase):
    def test_a_lease_is_answered_event_by_event(self):
        daemon, client = self.serve()
        client.publish(*(made("a", n) for n in (1, 2, 3)))
        seen = []
        while len(seen) < 3:
            for lease in client.pull("audit", wait_s=5):
                self.assertEqual(("a", 1), (lease.subject, lease.attempt))
                seen += [one.position for one in lease.events]
                answers = [(one.position, Settled("done")) for one in lease.events]
                self.assertEqual([None] * len(answers), client.ack("audit", lease.id, answers))
        self.assertEqual([1, 2, 3], seen)
        daemon.settle()

    def test_a_lease_that_is_over_takes_no_answer_and_no_time(self):
        _, client = self.serve()
        client.publish(made("a", 1))
        lease = client.pull("audit", lease_s=30)[0]
        self.assertEqual(60, client.extend("audit", lease.id, 60))
        self.assertEqual([None], client.ack("audit", lease.id, [(1, Settled("done"))]))
        self.assertEqual(409, client.ack("audit", lease.id, [(1, Settled("done"))])[0].status)
        with self.assertRaises(Conflict):
            client.extend("audit", lease.id, 60)

    def test_dead_parks_with_its_reason_and_a_retry_comes_when_it_asks(self):
        _, client = self.serve()
        client.publish(made("a", 1))
        lease = client.pull("audit")[0]
        client.ack("audit", lease.id, [(1, Settled("retry", "busy", 0.05))])
        lease = client.pull("audit")[0]
        self.assertEqual(2, lease.attempt)
        client.ack("audit", lease.id, [(1, Settled("dead", "no such item"))])
        wait_until(lambda: "no such item" in self.sluice("stuck").stdout, "it is parked")

    def test_what_is_wrong_is_said(self):
        _, client = self.serve()
        with self.assertRaises(NotFound):
            client.pull("audti", wait_s=0)
        with self.assertRaises(Invalid):
            client.pull("audit", wait_s=0, events_max=0)
        self.assertEqual([], client.pull("audit", wait_s=0, domain="shop"))


class Watch(ClientCase):
    def test_what_comes_is_seen(self):
        _, client = self.serve()
        seen = []
        watch = client.watch("shop", subject="a")
        thread = threading.Thread(target=lambda: [seen.append(one) for one in watch])
        thread.start()
        client.publish(*(made(subject, n) for n in (1, 2) for subject in "ba"))
        wait_until(lambda: len(seen) == 2, "two are seen")
        self.assertEqual([("a", 1), ("a", 2)], [(one.event.subject, one.event.position) for one in seen])
        self.assertEqual(seen[0].offset + 1, seen[1].offset)
        watch.close()  # wakes the thread that reads
        thread.join(10)
        self.assertFalse(thread.is_alive())

    def test_it_ends_with_the_daemon(self):
        daemon, client = self.serve()
        with client.watch("shop") as watch:
            daemon.stop()
            self.assertEqual([], list(watch))

    def test_what_is_not_there_is_refused(self):
        _, client = self.serve()
        with self.assertRaises(NotFound):
            client.watch("shpo")


if __name__ == "__main__":
    unittest.main()
