"""Subjects that stand still, the verbs that end that, and what is delivered then: for verbs_kill_test.py."""

import json

from harness import CONTRACT, event
from verbs_harness import STRICT

LENIENT = CONTRACT.replace("sources: [/orders]", "sources: [/orders, /billing]")


class Trouble:
    """A subject that stands still, the verbs that end that, and the numbers that are delivered then."""

    contract = LENIENT
    delivered = ["2", "3"]
    left_aside = 0  # events that nobody looks for, and that `stuck` goes on to show

    def __init__(self, subject):
        self.subject = subject

    def events(self):
        """Number 1 breaks its contract; 2 and 3 wait behind it, once it is parked."""
        return [self.invalid(), *self.numbered(2, 3)]

    def verbs(self):
        return [{"verb": "skip", "subscription": "audit"}]

    def before(self, verb):
        """What is published before that verb."""
        return []

    def after(self):
        """What is published when all is chosen."""
        return []

    def commands(self):
        return [{**verb, "subject": self.subject, "reason": "lost", "by": "alice", "id": f"{verb['verb']}-{self.subject}"}
                for verb in self.verbs()]

    def carried_out(self):
        """The id of each command as often as the audit has to have it."""
        return [command["id"] for command in self.commands()]

    def invalid(self):
        return event(self.subject, 1, data={"amount": "one"})

    def numbered(self, *numbers):
        return [event(self.subject, n) for n in numbers]


class Edited(Trouble):
    delivered = ["1", "2", "3"]

    def verbs(self):
        copy = json.dumps(event(self.subject, 1))
        return [{"verb": "edit", "subscription": "audit", "copy": copy}, {"verb": "redrive", "subscription": "audit"}]


class Gap(Trouble):
    def events(self):
        return self.numbered(2, 3)

    def verbs(self):
        return [{"verb": "skip"}]


class Late(Gap):
    """What was given up comes, and is taken back behind the others."""

    delivered = ["2", "3", "1"]

    def verbs(self):
        return [{"verb": "skip"}, {"verb": "take-back"}]

    def before(self, verb):
        return self.numbered(1) if verb == "take-back" else []


class Conflict(Trouble):
    delivered = ["1", "2"]

    def events(self):
        return [*self.numbered(1), event(self.subject, 1, data={"amount": 9}), *self.numbered(2)]

    def verbs(self):
        return [{"verb": "settle", "winner": "first"}]


class Released(Trouble):
    """Number 1 asks for what never comes."""

    delivered = ["1", "2"]

    def events(self):
        return [event(self.subject, 1, dependson="/billing 1"), *self.numbered(2)]

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
        return self.numbered(1, 2) if verb == "resume" else []


class Repaired(Trouble):
    """Number 1 holds its subject, as of all that follow here: a copy takes its place."""

    contract = STRICT
    delivered = ["1", "2", "3"]

    def verbs(self):
        return [{"verb": "repair", "copy": json.dumps(event(self.subject, 1))}]


class LetGo(Trouble):
    """It goes as it is, and no handler takes it."""

    contract = STRICT

    def verbs(self):
        return [{"verb": "release"}, {"verb": "skip", "subscription": "audit"}]


class ThrownOut(Trouble):
    contract = STRICT

    def verbs(self):
        return [{"verb": "drop", "event": f"{self.subject}-1"}]


class Flooded(Trouble):
    """Three may wait: 5 and 6 went aside, and come back into their places."""

    contract = STRICT
    delivered = ["1", "2", "3", "4", "5", "6"]

    def events(self):
        return self.numbered(2, 3, 4, 5, 6)

    def verbs(self):
        return [{"verb": "take-back"}]

    def before(self, verb):
        return self.numbered(1)

    def carried_out(self):
        return 2 * super().carried_out()


class Unflooded(Flooded):
    """What went aside is not looked for any more, and its producer sends 5 again."""

    delivered = ["1", "2", "3", "4", "5"]
    left_aside = 2

    def verbs(self):
        return [{"verb": "unflood"}]

    def after(self):
        return self.numbered(5)

    def carried_out(self):
        return Trouble.carried_out(self)


BEHIND_THE_TOPIC = [Trouble, Edited, Gap, Late, Conflict, Released, Dropped, Adopted, Paused]
BEFORE_THE_TOPIC = [Repaired, LetGo, ThrownOut, Flooded, Unflooded]
