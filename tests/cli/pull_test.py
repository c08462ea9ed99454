#!/usr/bin/env python3
"""A subscription whose events clients pull: leases, answers, and clients and daemons that die."""

import json
import os
import random
import threading
import time
import unittest

from harness import CONFIG, Case, event, wait_until

PATH = "/v1/subscriptions/audit"


class Pull(Case):
    def setUp(self):
        super().setUp()
        self.configure()

    def configure(self, more=""):
        self.write("sluice.yaml", CONFIG.replace("    file: audit.jsonl\n", f"    sink: {{pull: {{}}}}\n{more}"))

    @staticmethod
    def pull(daemon, query="wait=5s"):
        status, answer = daemon.api(f"{PATH}/pull?{query}", "")
        assert status == 200, answer
        return answer["leases"]

    @staticmethod
    def ack(daemon, *answers):
        return daemon.api(f"{PATH}/ack", json.dumps({"answers": list(answers)}))

    def take_all(self, daemon, lease):
        return self.ack(daemon, *({"lease": lease["lease"], "position": int(one["subjectposition"])}
                                  for one in lease["events"]))[0]

    def test_events_come_in_order_and_are_done_when_they_are_answered(self):
        daemon = self.daemon()
        self.publish(*(event("a", n) for n in (1, 2, 3)))
        seen = []
        while len(seen) < 3:
            for lease in self.pull(daemon):
                seen += [one["subjectposition"] for one in lease["events"]]
                self.assertEqual(200, self.take_all(daemon, lease))
        self.assertEqual(["1", "2", "3"], seen)
        daemon.settle()
        self.assertEqual([], self.pull(daemon, "wait=0ms"))
        self.assertEqual(0, daemon.stop())

    def test_retry_comes_again_and_dead_parks(self):
        daemon = self.daemon()
        self.publish(event("a", 1))
        first = self.pull(daemon)[0]
        self.ack(daemon, {"lease": first["lease"], "position": 1, "answer": "retry", "after": "50ms"})
        second = self.pull(daemon)[0]
        self.assertEqual((2, "1"), (second["attempt"], second["events"][0]["subjectposition"]))
        self.ack(daemon, {"lease": second["lease"], "position": 1, "answer": "dead", "reason": "no such item"})
        stuck = wait_until(lambda: json.loads(self.sluice("stuck", "--json").stdout)["stuck"], "it is parked")
        self.assertEqual("position 1, 2 attempts: no such item", stuck[0]["reason"])

    def test_a_lease_that_is_over_is_fenced(self):
        self.configure("    retry: {first: 10ms}\n")
        daemon = self.daemon()
        self.publish(event("a", 1))
        first = self.pull(daemon, "wait=5s&lease=200ms")[0]
        second = self.pull(daemon)[0]
        self.assertEqual(2, second["attempt"])
        self.assertEqual(409, self.take_all(daemon, first))
        self.assertEqual(200, self.take_all(daemon, second))
        daemon.settle()

    def test_a_lease_of_a_daemon_that_was_is_over_and_a_stop_waits_for_nobody(self):
        daemon = self.daemon()
        self.publish(event("a", 1))
        first = self.pull(daemon, "wait=5s&lease=1h")[0]
        waiting = threading.Thread(target=self.pull, args=(daemon, "wait=60s"))
        waiting.start()
        time.sleep(0.5)  # it waits
        begun = time.monotonic()
        self.assertEqual(0, daemon.stop())
        self.assertLess(time.monotonic() - begun, 8)
        waiting.join()
        daemon = self.daemon()
        self.assertEqual(409, self.take_all(daemon, first))
        self.assertEqual(200, self.take_all(daemon, self.pull(daemon)[0]))
        daemon.settle()

    def test_clients_and_daemons_that_die_lose_nothing(self):
        seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"rerun with SLUICE_SEED={seed}", flush=True)
        moments = random.Random(seed)
        self.configure("    retry: {first: 10ms, attempts: 100}\n")
        subjects = [f"s{n}" for n in range(20)]
        self.publish(*(event(subject, n) for n in range(1, 11) for subject in subjects))
        done = {subject: 0 for subject in subjects}  # in the client's own transaction
        daemon = self.daemon()
        while sum(done.values()) < 200:
            try:
                leases = self.pull(daemon, f"wait=1s&max={moments.randint(1, 40)}&lease=300ms")
                for lease in leases:
                    if moments.random() < 0.1:
                        continue  # this client dies before it has done anything
                    for one in lease["events"]:
                        position = int(one["subjectposition"])
                        self.assertLessEqual(position, done[lease["subject"]] + 1, "nothing is passed over")
                        done[lease["subject"]] = max(done[lease["subject"]], position)
                    if moments.random() < 0.8:  # or after, before it has said so
                        self.take_all(daemon, lease)
            except OSError:
                pass
            if moments.random() < 0.05:
                daemon.kill()
                daemon = self.daemon()
        while not daemon.api("/v1/status")[1]["idle"]:
            for lease in self.pull(daemon, "wait=100ms"):
                self.take_all(daemon, lease)
        self.assertEqual({subject: 10 for subject in subjects}, done)


if __name__ == "__main__":
    unittest.main()
