#!/usr/bin/env python3
"""The daemon's log: lines of JSON, whatever happens, and never a payload."""

import json
import signal
import unittest

from harness import CONFIG, CONTRACT, Case, event, lines, wait_until

SECRET = "4111-1111-1111-1111"


class Log(Case):
    def entries(self, text):
        found = []
        for line in text.splitlines():
            entry = json.loads(line)
            self.assertEqual(["time", "level", "message"], list(entry)[:3])
            self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(entry["level"], ("debug", "info", "warn", "error"))
            self.assertTrue(all(isinstance(value, str) for value in entry.values()), entry)
            found.append(entry)
        return found

    def test_a_life_from_ready_to_stopped(self):
        daemon = self.daemon()
        info = daemon.info()
        daemon.stop()
        ready, *rest = self.entries(daemon.output())
        self.assertEqual(("info", "ready"), (ready["level"], ready["message"]))
        self.assertEqual((info["api"], info["management"], "data", info["version"]),
                         (ready["api"], ready["management"], ready["data"], ready["version"]))
        self.assertEqual(["stopping", "stopped"], [one["message"] for one in rest])

    def test_no_payload_is_ever_logged(self):
        self.write("sluice.yaml", CONFIG + "log_level: debug\n")
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(event("a", 1, data={"amount": SECRET}), event("b", 2, data={"amount": 1, "card": SECRET}))
        self.write("shop.yaml", CONTRACT)
        daemon = self.daemon()
        refused = lines([event("c", 1, data={"amount": SECRET})])
        self.assertEqual(400, daemon.request("POST", "/v1/events", refused, {"Content-Type": "application/json"})[0])
        self.assertEqual(415, daemon.request("POST", "/v1/events", SECRET, {"Content-Type": "text/plain"})[0])
        self.assertEqual(404, daemon.request("GET", f"/{SECRET}")[0])
        wait_until(lambda: len(daemon.api("/v1/stuck")[1]["stuck"]) == 2, "a is parked, b waits")
        self.assertNotIn(SECRET, json.dumps(daemon.api("/v1/stuck")[1]))
        self.assertNotIn(SECRET, daemon.management("/metrics")[2])
        daemon.stop()
        self.entries(daemon.output())
        self.assertNotIn(SECRET, daemon.output())

    def test_what_does_not_simply_pass_is_logged_with_its_place_and_subject(self):
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(event("parked", 1, data={"amount": "much"}), event("twice", 1, id="first"))
        self.write("shop.yaml", CONTRACT)
        daemon = self.daemon()
        self.publish(event("twice", 1, id="second"))
        daemon.settle()

        def told():
            return {one["subject"]: one for one in self.entries(daemon.output()) if "subject" in one}

        wait_until(lambda: len(told()) == 2, "both are logged")
        parked, twice = told()["parked"], told()["twice"]
        self.assertEqual(("warn", "a subject was parked at an event", "shop", "audit", "shop.ordered", "0"),
                         tuple(parked[name] for name in ("level", "message", "domain", "subscription", "topic", "offset")))
        self.assertIn("amount", parked["reason"])
        self.assertEqual(("warn", "conflict: its subject waits", "shop", "order.placed", "1"),
                         tuple(twice[name] for name in ("level", "message", "domain", "topic", "offset")))
        for one in (parked, twice):
            self.assertRegex(one["partition"], r"^[0-3]$")

    def test_levels_below_the_one_that_is_set_are_left_out(self):
        self.write("sluice.yaml", CONFIG + "log_level: warn\n")
        daemon = self.daemon()
        daemon.stop()
        self.assertEqual("", daemon.output())

    def test_a_start_that_fails_is_logged_and_told(self):
        daemon = self.daemon()
        ran = self.sluice("serve", code=3)
        reason = f"{self.dir.resolve()}/data is open in process {daemon.process.pid}: stop that one, or use another directory"
        self.assertEqual(f"sluice: {reason}\n", ran.stderr)
        entry, = self.entries(ran.stdout)
        self.assertEqual(("error", "cannot start", reason, "unavailable"),
                         (entry["level"], entry["message"], entry["reason"], entry["code"]))
        self.assertEqual(0, daemon.stop())

    def test_after_a_kill_the_log_has_whole_lines_only(self):
        daemon = self.daemon()
        self.publish(*[event("a", number) for number in range(1, 50)])
        daemon.process.send_signal(signal.SIGKILL)
        daemon.process.wait()
        self.assertEqual(["ready"], [one["message"] for one in self.entries(daemon.output())])


if __name__ == "__main__":
    unittest.main()
