#!/usr/bin/env python3
"""Sagas of a daemon: a caller begins one, services answer, people look and choose; and kill -9 in the middle."""

import json
import signal
import unittest

from harness import CONFIG, SAGA, Case, wait_until


class Sagas(Case):
    def setUp(self):
        super().setUp()
        self.write("checkout.yaml", SAGA)
        self.write("sluice.yaml", CONFIG + "sagas: [checkout.yaml]\n")

    def begin(self, daemon, key, wait="0"):
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        status, headers, body = daemon.request("POST", f"/v1/sagas/checkout?subject=m-1&wait={wait}", '{"sku": "x"}', headers)
        return status, headers, json.loads(body)

    def answer(self, daemon, key, verdict="done", **more):
        status, body = daemon.api("/v1/saga-answers", json.dumps({"key": key, "verdict": verdict, **more}))
        self.assertEqual(200, status, body)
        return body["under_way"]

    def show(self, key):
        return json.loads(self.sluice("saga", "show", key, "--json").stdout)

    def commands(self):
        return [one["id"] for one in self.read("order.cancelled")]

    def test_services_answer_and_the_caller_gets_the_outcome(self):
        daemon = self.daemon()
        status, headers, begun = self.begin(daemon, "c-1")
        self.assertEqual((202, "/v1/sagas/c-1", "reserve"), (status, headers["Location"], begun["step"]))
        wait_until(lambda: "c-1/reserve/do" in self.commands(), "the command is published")
        self.assertTrue(self.answer(daemon, "c-1/reserve/do", result={"bin": 7}))
        self.assertFalse(self.answer(daemon, "c-9/reserve/do"), "nobody waits for it")
        self.assertTrue(self.answer(daemon, "c-1/authorize/do"))
        status, headers, ended = self.begin(daemon, "c-1", "10s")
        self.assertEqual((200, None, "done"), (status, headers["Location"], ended["phase"]))
        self.assertEqual({"bin": 7}, self.show("c-1")["steps"][0]["result"])
        self.assertEqual("no sagas\n", self.sluice("saga", "list").stdout)
        self.assertIn("c-1  checkout v1  m-1      done", self.sluice("saga", "list", "--ended").stdout)
        self.assertEqual(0, daemon.stop())

    def test_people_look_and_choose(self):
        daemon = self.daemon()
        self.begin(daemon, "c-1")
        self.begin(daemon, "c-2")
        listed = json.loads(self.sluice("saga", "list", "--json").stdout)["sagas"]
        self.assertEqual(["c-1", "c-2"], [one["id"] for one in listed])
        self.assertIn("stands: forward\n", self.sluice("saga", "show", "c-1").stdout)
        turned = self.sluice("saga", "compensate", "c-1", "--reason", "no more").stdout
        self.assertIn("stands: backward\n", turned)
        self.assertIn("reason: no more\n", turned)
        wait_until(lambda: "c-1/reserve/undo" in self.commands(), "its undo is published")
        self.assertIn("waiting for an answer", self.refused("saga", "retry", "c-1"))
        self.answer(daemon, "c-2/reserve/do")
        self.assertIn("it goes only forward", self.refused("saga", "cancel", "c-2"))
        self.assertIn("no such saga", self.refused("saga", "show", "c-9", code=4))
        self.assertIn("no such saga is under way", self.refused("saga", "retry", "c-9", code=4))
        self.assertEqual(0, daemon.stop())

    def test_a_daemon_that_is_killed_goes_on_where_it_was(self):
        daemon = self.daemon()
        self.begin(daemon, "c-1")
        self.answer(daemon, "c-1/reserve/do")
        daemon.stop(signal.SIGKILL)
        daemon = self.daemon()
        self.assertEqual("authorize", self.show("c-1")["step"])
        self.assertTrue(self.answer(daemon, "c-1/authorize/do"))
        self.assertEqual("done", self.show("c-1")["phase"])
        commands = wait_until(lambda: [one for one in self.commands() if one == "c-1/authorize/do"], "it is published")
        self.assertGreaterEqual(len(commands), 1)
        wait_until(lambda: daemon.api("/v1/status")[1]["idle"], "all is handled")
        released = [one["id"] for one in self.read("shop.ordered")]
        self.assertEqual(1, released.count("c-1/authorize/do"), "sent twice it is one event")
        self.assertEqual(0, daemon.stop())

    def test_without_a_daemon_nobody_answers(self):
        self.assertIn("no daemon runs on", self.refused("saga", "list", code=3))

    def test_a_definition_that_is_wrong_is_refused_with_its_place(self):
        self.write("checkout.yaml", SAGA.replace("    undo: {event: order.cancelled}\n", ""))
        said = self.refused("config", "check", "-c", "sluice.yaml")
        self.assertIn("checkout.yaml:3:5: /steps/0: saga checkout, step reserve: can be taken back, so it needs an undo", said)


if __name__ == "__main__":
    unittest.main()
