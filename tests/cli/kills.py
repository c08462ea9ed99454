"""What tests have in common that kill processes at moments that a seed draws."""

import contextlib
import http.client
import json
import os
import random
import urllib.error

from harness import wait_until

GONE = (ConnectionError, urllib.error.URLError, http.client.HTTPException, TimeoutError, TypeError, json.JSONDecodeError)


class Kills:
    """Goes before a `Case`. SLUICE_KILLS says how often, SLUICE_SEED which moments."""

    PATIENCE_S = 30

    def setUp(self):
        super().setUp()
        seed = int(os.environ.get("SLUICE_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"{self.id()}: rerun with SLUICE_SEED={seed}", flush=True)
        self.moments = random.Random(seed)
        self.kills = int(os.environ.get("SLUICE_KILLS") or 6)

    @staticmethod
    def nobody_answers():
        """A daemon that is killed meanwhile ends what is done in here."""
        return contextlib.suppress(*GONE)

    def publish_to(self, daemon, events):
        for one in events:
            self.send(daemon, "/v1/events", one, "application/cloudevents+json")

    def command(self, daemon, command):
        return self.send(daemon, "/v1/commands", command, "application/json")

    def send(self, daemon, path, body, content_type):
        """Until it is taken: what it is about has to have come so far. Answers the answer."""
        last = [None]

        def taken():
            status, last[0] = daemon.api(path, json.dumps(body), content_type)
            return status == 200
        try:
            wait_until(taken, f"{body} is taken", self.PATIENCE_S)
        except AssertionError as never:
            raise AssertionError(f"{never}; {last[0]}") from None
        return last[0]


def once_each(delivered):
    """By subject in order of position: a file takes a line again whose step was not written."""
    seen, fresh = {}, []
    for one in delivered:
        position = int(one["subjectposition"])
        if position > seen.get(one["subject"], 0):
            seen[one["subject"]] = position
            fresh.append(one)
    return fresh
