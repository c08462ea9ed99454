#!/usr/bin/env python3
"""The daemon is killed while operators' commands are under way: each is carried out once, whenever that was.

SLUICE_KILLS says how often (default 6), SLUICE_SEED which moments.
"""

import http.client
import json
import os
import random
import threading
import time
import unittest
import urllib.error

from harness import CONTRACT, Case, event, wait_until

GONE = (ConnectionError, urllib.error.URLError, http.client.HTTPException, TimeoutError, TypeError)


class Trouble:
    """A subject that stands still, the verbs that end that, and the numbers that are delivered then."""

    delivered = ["2", "3"]

    def __init__(self, subject):
        self.subject = subject

    def events(self):
        """Number 1 breaks its contract; 2 and 3 wait behind it, once it is parked."""
        return [event(self.subject, n, data={"amount": "one"} if n == 1 else None) for n in (1, 2, 3)]

    def verbs(self):
        return [{"verb": "skip", "subscription": "audit"}]

    def before(self, verb):
        """What is published before that verb."""
        return []

    def commands(self):
        return [{**verb, "subject": self.subject, "reason": "lost", "by": "alice", "id": f"{verb['verb']}-{self.subject}"}
                for verb in self.verbs()]


class Edited(Trouble):
    delivered = ["1", "2", "3"]

    def verbs(self):
        copy = json.dumps(event(self.subject, 1))
        return [{"verb": "edit", "subscription": "audit", "copy": copy}, {"verb": "redrive", "subscription": "audit"}]


class Gap(Trouble):
    def events(self):
        return [event(self.subject, n) for n in (2, 3)]

    def verbs(self):
        return [{"verb": "skip"}]


class Late(Gap):
    """What was given up comes, and is taken back behind the others."""

    delivered = ["2", "3", "1"]

    def verbs(self):
        return [{"verb": "skip"}, {"verb": "take-back"}]

    def before(self, verb):
        return [event(self.subject, 1)] if verb == "take-back" else []


class Conflict(Trouble):
    delivered = ["1", "2"]

    def events(self):
        return [event(self.subject, 1), event(self.subject, 1, data={"amount": 9}), event(self.subject, 2)]

    def verbs(self):
        return [{"verb": "settle", "winner": "first"}]


class Released(Trouble):
    """Number 1 asks for what never comes."""

    delivered = ["1", "2"]

    def events(self):
        return [event(self.subject, 1, dependson="/billing 1"), event(self.subject, 2)]

    def verbs(self):
        return [{"verb": "release", "event": f"{self.subject}-1"}]


class Dropped(Gap):
    delivered = ["2"]

    def verbs(self):
        return [{"verb": "drop", "event": f"{self.subject}-3"}, {"verb": "skip"}]


class Adopted(Gap):
    """What came before Sluice did is not waited for."""

    def verbs(self):
        return [{"verb": "adopt"}]


class Paused(Trouble):
    delivered = ["1", "2"]

    def events(self):
        return []

    def verbs(self):
        return [{"verb": "pause", "subscription": "audit"}, {"verb": "resume", "subscription": "audit"}]

    def before(self, verb):
        return [event(self.subject, n) for n in (1, 2)] if verb == "resume" else []


KINDS = [Trouble, Edited, Gap, Late, Conflict, Released, Dropped, Adopted, Paused]


class Killed(Case):
    PATIENCE_S = 30

    def test_every_command_is_carried_out_once(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        moments = random.Random(seed)
        kills = int(os.environ.get("SLUICE_KILLS", "6"))
        rounds = [[kind(f"{kill}-{kind.__name__.lower()}-{n}") for n in range(2) for kind in KINDS] for kill in range(kills)]
        everyone = [one for mine in rounds for one in mine]
        self.begin(everyone)
        daemon = self.daemon()
        standing = sum(1 for one in everyone if one.events())
        wait_until(lambda: len(self.stuck()) == standing, "all stand still")
        for mine in rounds:
            moments.shuffle(mine)
            told = threading.Thread(target=self.tell_all, args=(daemon, mine))
            told.start()
            time.sleep(moments.uniform(0, 0.6))
            daemon.kill()
            told.join()
            daemon = self.daemon()
            self.tell_all(daemon, mine)  # whoever got no answer asks again, under the same id
        wait_until(lambda: not self.stuck(), "nothing stands any more", self.PATIENCE_S)
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.check(everyone)

    def begin(self, everyone):
        """Published as by producers that no contract is asked of."""
        contract = CONTRACT.replace("sources: [/orders]", "sources: [/orders, /billing]")
        self.write("shop.yaml", contract.replace("validation: enforce", "validation: off"))
        self.publish(*(one for trouble in everyone for one in trouble.events()))
        self.write("shop.yaml", contract)

    def stuck(self):
        return json.loads(self.sluice("stuck", "--json").stdout)["stuck"]

    @classmethod
    def tell_all(cls, daemon, troubles):
        try:
            for trouble in troubles:
                cls.tell(daemon, trouble)
        except GONE:  # it was killed meanwhile
            pass

    @staticmethod
    def tell(daemon, trouble):
        for command in trouble.commands():
            for one in trouble.before(command["verb"]):
                Killed.send(daemon, "/v1/events", one, "application/cloudevents+json")
            Killed.send(daemon, "/v1/commands", command, "application/json")

    @staticmethod
    def send(daemon, path, body, content_type):
        """Until it is taken: what is about has to have come so far."""
        wait_until(lambda: daemon.api(path, json.dumps(body), content_type)[0] == 200, f"{body} is taken")

    def check(self, everyone):
        handled = {}
        for one in self.audit():  # a file takes a line again whose step was not written
            seen = handled.setdefault(one["subject"], [])
            if one["type"] != "sluice.gap" and one["sourcesequence"] not in seen:
                seen.append(one["sourcesequence"])
        self.assertEqual({one.subject: one.delivered for one in everyone}, handled)
        done = [one["id"] for one in self.read("shop.audit") if one.get("outcome", "").startswith("done: ")]
        done += [one["id"] for one in self.read("shop.aside") if one.get("aside", "").startswith("chosen: carried out")]
        asked = [command["id"] for one in everyone for command in one.commands()]
        self.assertEqual(sorted(asked), sorted(done), "each once, and the log has it")


if __name__ == "__main__":
    unittest.main()
