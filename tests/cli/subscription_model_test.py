#!/usr/bin/env python3
"""Subscriptions are made, changed and deleted, and daemons killed and restarted, by a seed: each gets what a reference says.

SLUICE_STEPS says how many steps (default 40), SLUICE_SEED which.
"""

import os
import random
import unittest

from harness import event, lines, wait_until
from subscription_harness import SubscriptionCase, definition


class Reference:
    """Which subscriptions there are, and what each of them must have got: ids by subject, in order."""

    def __init__(self):
        self.published = []
        self.alive = {}

    def publish(self, batch):
        self.published += batch
        for one in self.alive.values():
            one["due"] += [(subject, ident) for subject, ident in batch if subject in one["subjects"]]

    def create(self, name, subjects, start):
        due = [(subject, ident) for subject, ident in self.published if subject in subjects]
        self.alive[name] = {"subjects": subjects, "due": due if start == "beginning" else []}

    def due(self, name):
        got = {}
        for subject, ident in self.alive[name]["due"]:
            got.setdefault(subject, []).append(ident)
        return got


class ModelTest(SubscriptionCase):
    SUBJECTS = ("a", "b", "c", "d")
    NAMES = ("x", "y", "z")

    def body(self, name, subjects, start):
        one = {"any": [{"exact": {"subject": subject}} for subject in subjects]}
        return definition(name, filters=[one], config={"start": start})

    def drain(self):
        """All that is due has come, once each for who looks at positions; and it is written."""
        for name in sorted(self.reference.alive):
            expected = self.reference.due(name)

            def look(name=name, expected=expected):
                for subject, ids in self.pull(self.running, name).items():
                    seen = self.got.setdefault(name, {}).setdefault(subject, [])
                    seen.extend(ident for ident in ids if ident not in seen)
                return self.got.get(name, {}) == expected

            wait_until(look, f"{name} gets {expected}; it has {self.got.get(name)}")
        self.running.settle()

    def publish_some(self):
        batch = []
        for _ in range(self.random.randrange(1, 6)):
            subject = self.random.choice(self.SUBJECTS)
            self.numbers[subject] = self.numbers.get(subject, 0) + 1
            batch.append((subject, self.numbers[subject]))
        body = lines(event(subject, number) for subject, number in batch)
        self.assertEqual(200, self.running.api("/v1/events", body, "application/jsonl")[0])
        self.reference.publish([(subject, f"{subject}-{number}") for subject, number in batch])

    def change_one(self):
        name = self.random.choice(self.NAMES)
        subjects = sorted(self.random.sample(self.SUBJECTS, self.random.randrange(1, 5)))
        self.drain()
        if name not in self.reference.alive:
            start = self.random.choice(("beginning", "now"))
            self.ask(self.running, "POST", "", self.body(name, subjects, start), code=201)
            self.ask(self.running, "POST", "", self.body(name, subjects, start), code=409)
            self.starts[name] = start
            self.got[name] = {}
            self.reference.create(name, subjects, start)
        elif self.random.random() < 0.5:
            self.ask(self.running, "PUT", f"/{name}", self.body(name, subjects, self.starts[name]))
            self.reference.alive[name]["subjects"] = subjects
        else:
            self.ask(self.running, "DELETE", f"/{name}")
            del self.reference.alive[name]

    def restart(self):
        if self.random.random() < 0.5:
            self.running.kill()
        else:
            self.assertEqual(0, self.running.stop())
        self.running = self.daemon()

    def test_it_is_as_the_reference_has_it(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        self.random = random.Random(seed)
        self.reference, self.got, self.numbers, self.starts = Reference(), {}, {}, {}
        self.running = self.daemon()
        for _ in range(int(os.environ.get("SLUICE_STEPS", "40"))):
            step = self.random.choices((self.publish_some, self.change_one, self.restart), (4, 5, 1))[0]
            step()
            self.assertEqual(sorted(self.reference.alive), self.names(self.running))
        self.drain()
        self.assertEqual(0, self.running.stop())


if __name__ == "__main__":
    unittest.main(verbosity=2)
