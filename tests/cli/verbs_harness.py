"""A shop in which subjects stand still in every way, and what each verb has to keep to."""

import json

from harness import CONTRACT, Case, event, wait_until

WHY = ("--reason", "the row was lost", "--by", "alice")

# An event that breaks its contract holds its subject; of one subject three events may wait; a cancellation ends it.
STRICT = CONTRACT.replace("sources: [/orders]", "sources: [/orders, /billing]\n  invalid: wait\n  waiting: {events: 3}") \
    .replace("      name: order.cancelled\n", "      name: order.cancelled\n      x-sluice: {closes: true}\n")


def billed(subject, number, **more):
    """Of the shop's other source."""
    return event(subject, number, source="/billing", **{"id": f"{subject}-b{number}", **more})


class VerbsCase(Case):
    """Verbs are asked of a daemon that runs."""

    contract = STRICT

    def setUp(self):
        super().setUp()
        self.write("shop.yaml", self.contract)
        self.asked = []  # the commands that have to be carried out

    def begin(self, *events):
        """Published as by producers that no contract is asked of; then a daemon runs."""
        self.write("shop.yaml", self.contract.replace("validation: enforce", "validation: off"))
        self.publish(*events)
        self.write("shop.yaml", self.contract)
        self.daemon_ = self.daemon()

    def stuck(self, *filters):
        """(subject, cause) of all that stands, (subject, the aside's own cause) of what lies aside."""
        found = []
        for one in json.loads(self.sluice("stuck", "--json", *filters).stdout)["stuck"]:
            cause = one["reason"].split(":")[0] if one["cause"] == "aside" else one["cause"]
            found.append((one["subject"], cause))
        return sorted(found)

    def stands(self, *expected):
        """Exactly this, as soon as everything has come so far."""
        expected = sorted(expected)
        seen = []

        def look():
            seen[:] = self.stuck()
            return seen == expected
        try:
            wait_until(look, "all stands as it should")
        except AssertionError:
            self.assertEqual(expected, seen)
            raise

    def chosen(self, verb, *about, count=1):
        """Shown first; nothing happens unasked; with --yes it is carried out, once whoever asks how often under its id."""
        before = self.stuck()
        shown = self.sluice(verb, *about, *WHY, "--preview").stdout
        self.assertIn(f"{verb} in domain shop: {count} choice", shown)
        self.assertIn("then: ", shown)
        self.assertIn("nothing was done: --yes agrees", self.refused(verb, *about, *WHY))
        self.assertEqual(before, self.stuck(), "looking changes nothing")
        name = f"{verb}-{len(self.asked)}"
        command = (verb, *about, *WHY, "--id", name, "--yes", "--json")
        done = json.loads(self.sluice(*command).stdout)
        self.assertEqual((count, 0, 0), (done["done"], done["refused"], done["pending"]), done)
        again = json.loads(self.sluice(*command).stdout)
        self.assertEqual((count, True), (again["done"], again["repeated"]), again)
        self.asked += [name] * count
        return shown

    def too_late(self, verb, *about, why, code=2):
        """There is nothing to choose, or nothing any more; 2: over HTTP 409."""
        self.assertIn(why, self.refused(verb, *about, *WHY, "--yes", code=code))

    def ordered(self, subject):
        """Ids by position: the positions have no hole. A gap has its own name, what came late a mark."""
        mine = self.read("shop.ordered", "--subject", subject)
        self.assertEqual([str(n + 1) for n in range(len(mine))], [one["subjectposition"] for one in mine])
        return [self.name_of(one) for one in mine]

    @staticmethod
    def name_of(one):
        if one["type"] == "sluice.gap":
            return f"gap {one['data']['wanted']}"
        return one["id"] + (" late" if one.get("subjectlate") else "")

    def handled(self, subject):
        return [self.name_of(one) for one in self.audit() if one["subject"] == subject]

    def goes(self, subject, *names):
        """In the ordered topic and to who handles it: this, in this order, and nothing else."""
        wait_until(lambda: len(self.handled(subject)) >= len(names), f"{subject} goes: {names}")
        self.assertEqual(list(names), self.ordered(subject))
        self.assertEqual(list(names), self.handled(subject))

    def aside(self, subject):
        """Events that lie aside, and why."""
        events = [one for one in self.read("shop.aside", "--subject", subject) if one["type"] != "sluice.command"]
        return [(one["id"], one["aside"].split(":")[0]) for one in events]

    def kept(self):
        """The log has every command that was asked for, once, with who and why."""
        done = [one for one in self.read("shop.aside") if one.get("aside", "").startswith("chosen: carried out; before: ")]
        done += [one for one in self.read("shop.audit") if one.get("outcome", "").startswith("done: ")]
        self.assertEqual(sorted(self.asked), sorted(one["id"] for one in done))
        self.assertEqual({("alice", "the row was lost")}, {(one["by"], one["reason"]) for one in done})
