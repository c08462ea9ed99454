#!/usr/bin/env python3
"""Operators' verbs, as a person types them: what they show before, what they do, and what the audit keeps."""

import json
import unittest

from harness import CONTRACT, Case, event, wait_until

WHY = ("--reason", "the row was lost")


class Waiting(Case):
    def setUp(self):
        super().setUp()
        self.daemon_ = self.daemon()
        self.publish(event("a", 2), event("a", 3))
        wait_until(lambda: self.stuck(), "a waits")

    def stuck(self, *filters):
        return json.loads(self.sluice("stuck", "--json", *filters).stdout)["stuck"]

    def test_a_verb_shows_what_it_is_about_and_does_nothing_unasked(self):
        shown = self.sluice("skip", "a", *WHY, "--preview").stdout
        self.assertIn("skip in domain shop: 1 choice", shown)
        self.assertIn("/orders 1 is given up", shown)
        self.assertIn("then: a sluice.gap stands in its place", shown)
        error = self.refused("skip", "a", *WHY)
        self.assertIn("nothing was done: --yes agrees", error)
        self.assertEqual(1, len(self.stuck()))

    def test_it_is_done_once_and_the_log_keeps_who_and_why(self):
        done = json.loads(self.sluice("skip", "a", *WHY, "--by", "alice", "--id", "c-1", "--yes", "--json").stdout)
        self.assertEqual((1, 0, 0), (done["done"], done["refused"], done["pending"]))
        self.assertIn("before: gap: waits for /orders 1", done["outcomes"][0]["detail"])
        self.assertEqual([], self.stuck())
        repeated = self.sluice("skip", "a", *WHY, "--by", "alice", "--id", "c-1", "--yes").stdout
        self.assertIn("1 done, 0 refused, 0 pending (sent before under this id)", repeated)
        again = self.daemon_.api("/v1/commands", json.dumps(
            {"verb": "skip", "subject": "a", "reason": "x", "by": "alice", "id": "c-1"}))
        self.assertEqual((200, True), (again[0], again[1]["repeated"]))
        status, problem = self.daemon_.api("/v1/commands", json.dumps(
            {"verb": "skip", "subject": "a", "reason": "x", "by": "bob"}))
        self.assertEqual((409, "conflict"), (status, problem["code"]))
        command = [one for one in self.read("shop.aside") if one["type"] == "sluice.command"][0]
        self.assertEqual("c-1", command["id"])
        self.assertTrue(command["aside"].startswith("chosen: carried out"))

    def test_what_comes_late_is_taken_back(self):
        self.sluice("skip", "a", *WHY, "--yes")
        self.publish(event("a", 1))
        late = wait_until(lambda: self.stuck("--cause", "aside"), "it is late")
        self.assertIn("late-number", late[0]["reason"])
        self.sluice("take-back", "a", *WHY, "--yes")
        self.assertEqual([], self.stuck())
        ordered = self.read("shop.ordered", "--subject", "a")
        self.assertEqual("true", ordered[-1]["subjectlate"])

    def test_without_a_daemon_the_command_is_pending(self):
        self.daemon_.stop()
        ran = self.sluice("skip", "a", *WHY, "--yes")
        self.assertIn("1 pending", ran.stdout)
        self.assertIn("then: what is pending lies in the log", ran.stdout)
        self.settle()
        self.assertEqual([], self.stuck())


class Backlog(Case):
    def test_a_dead_event_is_shown_edited_tried_and_redriven(self):
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(event("a", 1, data={"amount": "one"}), event("a", 2), event("b", 1))
        self.write("shop.yaml", CONTRACT)  # as from a producer that no contract is asked of
        self.daemon()
        wait_until(lambda: "parked" in self.sluice("stuck").stdout, "a is parked")
        listed = self.sluice("stuck", "-S", "audit", "--cause", "parked")
        self.assertIn("parked: moves when you choose: sluice show, try, redrive, edit, skip -S", listed.stderr)
        lines = self.sluice("show", "a", "-S", "audit").stdout.splitlines()
        self.assertEqual(["1", "2"], [json.loads(line)["subjectposition"] for line in lines])
        self.assertIn("breaks its contract", self.refused("redrive", "a", "-S", "audit", *WHY, "--yes"))
        self.write("still-bad.json", lines[0])
        bad = self.sluice("edit", "a", "-S", "audit", "--copy", "still-bad.json", *WHY, "--yes", code=1)
        self.assertIn("breaks its contract", bad.stderr)
        self.write("good.json", lines[0].replace('"one"', "1"))
        self.sluice("edit", "a", "-S", "audit", "--copy", "good.json", *WHY, "--yes")
        self.assertIn("no trial run", self.refused("try", "a", "-S", "audit", *WHY, "--yes"))
        self.sluice("redrive", "-S", "audit", "--cause", "parked", "--rate", "100", *WHY, "--yes")
        wait_until(lambda: len(self.audit()) == 3, "all is delivered")
        mine = [one for one in self.audit() if one["subject"] == "a"]
        self.assertEqual([{"amount": 1}, {"amount": 2}], [one["data"] for one in mine])
        self.assertEqual("1", mine[0]["subjectrevision"])
        kept = self.read("shop.audit")
        self.assertEqual([{"amount": "one"}], [one["data"] for one in kept if one["type"] == "order.placed"])
        edit = [one for one in kept if one.get("command") == "edit in audit"][-1]
        self.assertEqual("the row was lost", edit["reason"])
        self.assertTrue(edit["by"] and edit["outcome"].startswith("done: carried out; before: parked"), edit)

    def carried_out(self, *verb):
        """A daemon that has just started may have no home yet; whoever asks again under one id asks for one thing."""
        def ask():
            return json.loads(self.sluice(*verb, "--id", "first", *WHY, "--yes", "--json").stdout)["pending"] == 0
        wait_until(ask, f"{verb} is carried out")

    def test_a_pause_outlives_a_restart(self):
        daemon = self.daemon()
        self.carried_out("pause", "a", "-S", "audit")
        wait_until(lambda: "has paused it" in self.run_command("why", "a").stdout, "it is told before anything has come")
        self.assertIn("paused", self.sluice("stuck", "--subject", "a").stdout)
        self.assertEqual(0, daemon.stop())
        self.publish(event("a", 1), event("b", 1))
        self.daemon()
        wait_until(lambda: len(self.audit()) == 1, "b goes")
        self.assertIn("paused", self.sluice("stuck", "--subject", "a").stdout)
        self.assertIn("has paused it", self.sluice("why", "a").stdout)
        self.sluice("resume", "a", "-S", "audit", *WHY, "--yes")
        wait_until(lambda: len(self.audit()) == 2, "a goes")
        self.assertEqual("nothing is stuck\n", self.sluice("stuck").stdout)

    def test_two_who_skip_the_same_head_skip_it_once(self):
        self.park("a", 3)
        self.daemon()
        wait_until(lambda: "parked" in self.sluice("stuck").stdout, "a is parked")
        self.sluice("skip", "a", "-S", "audit", *WHY, "--by", "alice", "--id", "c-1", "--yes")
        wait_until(lambda: len(self.audit()) == 2, "what is behind goes on")
        again = self.sluice("skip", "a", "-S", "audit", *WHY, "--by", "alice", "--id", "c-1", "--yes").stdout
        self.assertIn("1 done, 0 refused, 0 pending (sent before under this id)", again)
        self.run_command("skip", "a", "-S", "audit", *WHY, "--by", "bob", "--yes")
        self.assertEqual(["2", "3"], [one["subjectposition"] for one in self.audit()])
        outcomes = [one for one in self.read("shop.audit") if one["type"] == "sluice.command"]
        self.assertEqual(1, len([one for one in outcomes if one["id"] == "c-1"]))

    def test_a_killed_daemon_carries_a_command_out_once(self):
        self.park("a", 3)
        daemon = self.daemon()
        wait_until(lambda: "parked" in self.sluice("stuck").stdout, "a is parked")
        self.sluice("skip", "a", "-S", "audit", *WHY, "--id", "c-1", "--yes")
        daemon.kill()
        self.settle()
        self.settle()
        self.assertEqual(["2", "3"], sorted({one["subjectposition"] for one in self.audit()}))
        outcomes = [one for one in self.read("shop.audit") if one["type"] == "sluice.command"]
        self.assertEqual(["c-1"], [one["id"] for one in outcomes])

    def test_a_whole_subscription_stands_and_goes_on(self):
        self.daemon()
        self.carried_out("pause", "-S", "audit")
        self.publish(event("a", 1), event("b", 1))
        shown = wait_until(lambda: json.loads(self.sluice("stuck", "--json").stdout)["stuck"], "the domain has begun")
        self.assertEqual([("paused", "audit")], [(one["cause"], one["subscription"]) for one in shown])
        self.assertEqual([], self.audit())
        self.sluice("resume", "-S", "audit", *WHY, "--yes")
        wait_until(lambda: len(self.audit()) == 2, "both go")
        self.assertEqual("nothing is stuck\n", self.sluice("stuck").stdout)

    def park(self, subject, events):
        """Position 1 breaks its contract; the others wait behind it."""
        self.write("shop.yaml", CONTRACT.replace("validation: enforce", "validation: off"))
        self.publish(event(subject, 1, data={"amount": "one"}), *(event(subject, n) for n in range(2, events + 1)))
        self.write("shop.yaml", CONTRACT)


class Wrong(Case):
    """What is typed or sent wrongly is refused with what to do, and nothing is done."""

    def setUp(self):
        super().setUp()
        self.daemon_ = self.daemon()
        self.publish(event("a", 2))
        wait_until(lambda: self.stuck(), "a waits")

    def stuck(self):
        return json.loads(self.sluice("stuck", "--json").stdout)["stuck"]

    def tearDown(self):
        self.assertEqual(1, len(self.stuck()), "nothing was done")
        super().tearDown()

    def detail(self, **members):
        status, problem = self.daemon_.api("/v1/commands", json.dumps(members))
        self.assertEqual((400, "invalid-argument"), (status, problem["code"]), problem)
        return problem["detail"]

    def test_a_body_that_is_no_command(self):
        whole = {"verb": "skip", "subject": "a", "reason": "x", "by": "alice"}
        self.assertIn("is none", self.detail(**{**whole, "verb": "skipp"}))
        self.assertIn("`reason`: is missing", self.detail(**{**whole, "reason": ""}))
        self.assertIn("`by`: is missing", self.detail(**{**whole, "by": ""}))
        self.assertIn("`reason`: is not one line", self.detail(**{**whole, "reason": "one\ntwo"}))
        self.assertIn("`reason`: is not a string", self.detail(**{**whole, "reason": 1}))
        self.assertIn("is no member of a command", self.detail(**whole, subjct="a"))
        self.assertIn("`winner` is not for skip", self.detail(**whole, winner="first"))
        self.assertIn("and not both", self.detail(**whole, cause="gap"))
        self.assertIn("name it", self.detail(**{**whole, "verb": "redrive"}))
        self.assertIn("name no subscription", self.detail(**{**whole, "verb": "adopt"}, subscription="audit"))
        for body in ("[]", "{", '"skip"'):
            status, problem = self.daemon_.api("/v1/commands", body)
            self.assertEqual(400, status)
            self.assertIn("the body is no JSON object", problem["detail"], body)

    def test_options_that_do_not_fit(self):
        self.refused("skip", "a", "--yes")  # no reason
        self.refused("redrive", "a", *WHY, "--yes")  # of no subscription
        self.refused("redrive", "-S", "audit", "--cause", "parked", "--rate", "0", *WHY, "--yes")
        ran = self.run_command("repair", "a", "--copy", "nothing.json", *WHY, "--yes")
        self.assertNotEqual(0, ran.returncode)
        self.assertIn("nothing.json: no such file", ran.stderr)


if __name__ == "__main__":
    unittest.main()
