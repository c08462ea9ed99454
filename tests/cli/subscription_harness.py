"""Subscriptions that are made while a daemon runs: how tests ask for them, and pull what comes."""

import json

from harness import Case, wait_until

PATH = "/v1/subscriptions"


def definition(name, **more):
    """Of one whose events are pulled, in CloudEvents' words."""
    made = {"id": name, "domain": "shop", "protocol": "PULL"}
    made.update(more)
    return made


class Asks:
    """What a test case asks of a daemon; a mixin."""

    def ask(self, daemon, method, path="", body=None, code=200):
        """Any request about subscriptions; answers the JSON."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        status, headers, answer = daemon.request(method, PATH + path, text, {"Content-Type": "application/json"})
        self.assertEqual(code, status, answer)
        if code >= 400:
            self.assertEqual("application/problem+json", headers["Content-Type"])
        return json.loads(answer)

    def create(self, daemon, name, **more):
        return self.ask(daemon, "POST", "?reason=test", definition(name, **more), code=201)

    def names(self, daemon, origin="api"):
        return [one["id"] for one in self.ask(daemon, "GET")["subscriptions"] if one["origin"] == origin]

    def pull(self, daemon, name, wait="0ms"):
        """All that can be had now, answered as done: ids by subject, in order. A lease is asked for until none comes."""
        got = {}
        while True:
            status, _, text = daemon.request("POST", f"{PATH}/{name}/pull?max=1000&wait={wait}")
            if status != 200:
                return got
            leases = json.loads(text)["leases"]
            if not leases:
                return got
            answers = []
            for lease in leases:
                for one in lease["events"]:
                    got.setdefault(lease["subject"], []).append(one["id"])
                    answers.append({"lease": lease["lease"], "position": int(one["subjectposition"])})
            self.assertEqual(200, daemon.request("POST", f"{PATH}/{name}/ack", json.dumps({"answers": answers}),
                                                 {"Content-Type": "application/json"})[0])

    def pull_all(self, daemon, name, expected):
        """Pulls until this has come, and no more."""
        got = {}

        def look():
            for subject, ids in self.pull(daemon, name).items():
                got.setdefault(subject, []).extend(ids)
            return sum(map(len, got.values())) >= sum(map(len, expected.values()))

        wait_until(look, f"{name} gets {expected}; it has {got}")
        for subject, ids in self.pull(daemon, name, "300ms").items():
            got.setdefault(subject, []).extend(ids)
        self.assertEqual(expected, got)


class SubscriptionCase(Asks, Case):
    def is_behind(self, events, told):
        self.assertEqual(events, told)
