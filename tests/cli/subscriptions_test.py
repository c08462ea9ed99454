"""Subscriptions by HTTP, while a daemon runs: made, changed, deleted; and they are there after it was killed."""

import json
import signal
import unittest

from harness import CONFIG, CONTRACT, event, free_port, lines, wait_until
from subscription_harness import SubscriptionCase, definition

ALL = {"a": ["a-1", "a-2", "a-3"], "b": ["b-1", "b-2", "b-3"]}


class SubscriptionsTest(SubscriptionCase):
    def publish_to(self, daemon, first, last, subjects=("a", "b")):
        body = lines(event(subject, number) for number in range(first, last + 1) for subject in subjects)
        self.assertEqual(200, daemon.api("/v1/events", body, "application/jsonl")[0])

    def test_one_that_is_made_gets_all_and_is_there_after_a_kill(self):
        daemon = self.daemon()
        self.publish_to(daemon, 1, 2)
        status, headers, body = daemon.request("POST", "/v1/subscriptions?reason=go&by=alice",
                                               json.dumps(definition("billing")), {"Content-Type": "application/json"})
        self.assertEqual((201, "/v1/subscriptions/billing"), (status, headers["Location"]))
        made = json.loads(body)
        self.assertEqual(("billing", "api", "runs", "PULL", "alice", "go"),
                         tuple(made[name] for name in ("id", "origin", "state", "protocol", "by", "reason")))
        self.pull_all(daemon, "billing", {"a": ["a-1", "a-2"], "b": ["b-1", "b-2"]})
        daemon.settle()
        daemon.kill()
        again = self.daemon()
        self.assertEqual(["billing"], self.names(again))
        self.assertEqual(made, self.ask(again, "GET", "/billing"))
        self.publish_to(again, 3, 3)
        self.pull_all(again, "billing", {"a": ["a-3"], "b": ["b-3"]})

    def test_now_gets_what_comes_after_it_was_made_even_if_nobody_was_there(self):
        daemon = self.daemon()
        self.publish_to(daemon, 1, 2)
        daemon.settle()
        self.create(daemon, "late", config={"start": "now"})
        daemon.kill()
        again = self.daemon()
        self.publish_to(again, 3, 3)
        self.pull_all(again, "late", {"a": ["a-3"], "b": ["b-3"]})

    def test_the_file_s_are_listed_and_changed_in_the_file_only(self):
        daemon = self.daemon()
        self.create(daemon, "billing")
        self.assertEqual((["audit"], ["billing"]), (self.names(daemon, "file"), self.names(daemon)))
        shown = self.ask(daemon, "GET", "/audit")
        self.assertEqual(({"file": "audit.jsonl"}, "FILE"), (shown["protocolsettings"], shown["protocol"]))
        for method, path, body in (("PUT", "/audit", definition("audit")), ("DELETE", "/audit", None),
                                   ("POST", "", definition("audit"))):
            answer = self.ask(daemon, method, path, body, code=409)
            self.assertEqual("'audit' is in sluice.yaml: change it there", answer["detail"])

    def test_a_name_is_taken_once_and_a_check_writes_nothing(self):
        daemon = self.daemon()
        self.assertEqual("billing", self.ask(daemon, "POST", "?check=true", definition("billing"))["id"])
        self.assertEqual([], self.names(daemon))
        self.assertNotIn("sluice.subscriptions", [one["name"] for one in daemon.api("/v1/topics")[1]["topics"]])
        self.create(daemon, "billing")
        taken = self.ask(daemon, "POST", "", definition("billing"), code=409)
        self.assertEqual("already-exists", taken["code"])
        gone = self.ask(daemon, "GET", "/biling", code=404)
        self.assertEqual("no subscription 'biling'; did you mean 'billing'?; there are: audit, billing", gone["detail"])

    def test_what_is_wrong_is_said_as_the_loader_of_the_file_says_it(self):
        daemon = self.daemon()
        wrong = [
            (definition("x", fitlers=[]), "/fitlers: unknown name; did you mean 'filters'?"),
            (definition("x", config={"retry": {"atempts": 3}}), "/config/retry/atempts: unknown name; did you mean 'attempts'?"),
            (definition("X"), "/id: 'X' is not 1 to 64 of a-z, 0-9 and '-'"),
            (definition("x", types=["order.plaecd"]), "the contract of shop has no type 'order.plaecd'; did you mean 'order.placed'?"),
            (definition("x", domain="shpo"), "no contract has the domain 'shpo'; did you mean 'shop'?"),
            (definition("x", filters=[{"sql": "amount ="}]), "/filters/0/sql: "),
            (definition("x", protocol="HTTP", sink="http://10.1.2.3/x"), "/sink: "),
            (definition("x", protocol="HTTP", sink="http://localhost/x"), "sink: "),
            (definition("x", protocol="HTTP", sink="http://169.254.169.254/latest"), "/sink: "),
            (definition("x", protocol="HTTP", sink="https://example.com/", protocolsettings={"timeout": "99h"}),
             "/protocolsettings/timeout: "),
            (definition("x", protocol="HTTP", sink="https://example.com/",
                        protocolsettings={"secrets": ["whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"]}), "SLUICE_SECRET_"),
            (definition("x", protocol="HTTP", sink="https://example.com/",
                        protocolsettings={"authorization": {"file": "/etc/passwd"}}), "/protocolsettings/authorization: is {env: "),
            ({"name": "x", "domain": "shop", "file": "/tmp/x"}, "a file lies on one machine"),
            ({"name": "x", "domain": "shop"}, "'sink' or 'topic' is missing"),
            (definition("x", protocol="KAFKA", protocolsettings={"topicname": "nowhere"}), "there is no topic 'nowhere'"),
            (definition("x", protocol="KAFKA", protocolsettings={"topicname": "shop.ordered"}), "one of domain shop's own"),
            ([], "a subscription is a mapping"),
        ]
        for body, expected in wrong:
            detail = self.ask(daemon, "POST", "", body, code=400)["detail"]
            self.assertIn(expected, detail)
            self.assertNotIn("whsec_", detail)
        self.assertEqual([], self.names(daemon))
        place = self.ask(daemon, "POST", "", "name: x\ndomain: shop\nsink: {pull: {subjcts: 3}}\n", code=400)["detail"]
        self.assertIn("subscription:3:15: /sink/pull/subjcts: unknown name; did you mean 'subjects'?", place)

    def test_what_is_no_request_about_one_is_refused(self):
        daemon = self.daemon()
        for method, path, headers, body, status in (
                ("POST", "", {"Content-Type": "text/plain"}, "x", 415),
                ("POST", "?chek=true", {"Content-Type": "application/json"}, "{}", 400),
                ("POST", "?check=maybe", {"Content-Type": "application/json"}, "{}", 400),
                ("POST", "?reason=a%0Ab", {"Content-Type": "application/json"}, "{}", 400),
                ("POST", "", {"Content-Type": "application/json"}, "{" + " " * (300 << 10), 413),
                ("PATCH", "/x", {}, None, 405), ("DELETE", "", {}, None, 405), ("GET", "/a/b", {}, None, 404)):
            self.assertEqual(status, daemon.request(method, "/v1/subscriptions" + path, body, headers)[0], (method, path))

    def test_one_that_is_changed_goes_on_where_it_was(self):
        daemon = self.daemon()
        self.create(daemon, "billing")
        self.publish_to(daemon, 1, 2)
        self.pull_all(daemon, "billing", {"a": ["a-1", "a-2"], "b": ["b-1", "b-2"]})
        changed = self.ask(daemon, "PUT", "/billing?reason=only+a", definition(
            "billing", filters=[{"exact": {"subject": "a"}}]))
        self.assertEqual(("runs", "only a"), (changed["state"], changed["reason"]))
        wait_until(lambda: daemon.api("/v1/status")[1]["idle"], "it goes on")
        self.publish_to(daemon, 3, 3)
        self.pull_all(daemon, "billing", {"a": ["a-3"]})
        for what, body in (("id", definition("other")), ("start", definition("billing", config={"start": "now"}))):
            refused = self.ask(daemon, "PUT", "/billing", body, code=409)["detail"]
            self.assertTrue(refused.startswith(f"{what}: 'billing' is "), refused)
        self.ask(daemon, "PUT", "/none", definition("none"), code=404)

    def test_one_that_is_deleted_leaves_nothing_and_its_name_begins_anew(self):
        daemon = self.daemon()
        self.create(daemon, "billing")
        self.publish_to(daemon, 1, 2)
        self.pull_all(daemon, "billing", {"a": ["a-1", "a-2"], "b": ["b-1", "b-2"]})
        gone = self.ask(daemon, "DELETE", "/billing?reason=over")
        self.assertEqual((True, 0), (gone["deleted"], gone["parked"]))
        self.ask(daemon, "GET", "/billing", code=404)
        self.assertEqual(404, daemon.request("POST", "/v1/subscriptions/billing/pull?wait=0ms")[0])
        of_domain = lambda: [one["name"] for one in daemon.api("/v1/status")[1]["domains"][0]["subscriptions"]]
        wait_until(lambda: of_domain() == ["audit"], "nothing is left of it")
        self.create(daemon, "billing")
        self.publish_to(daemon, 3, 3)
        self.pull_all(daemon, "billing", ALL)
        acts = [json.loads(one["value"]) for one in
                daemon.api("/v1/topics/sluice.subscriptions/records")[1]["records"]]
        self.assertEqual([("create", "test"), ("delete", "over"), ("create", "test")],
                         [(one["act"], one["reason"]) for one in acts])
        self.assertEqual(acts[0]["definition"], acts[1]["before"])

    def test_what_is_parked_goes_with_force_and_a_reason_only(self):
        daemon = self.daemon()
        self.create(daemon, "billing", config={"retry": {"attempts": 1}})
        self.publish_to(daemon, 1, 2, ["a"])
        leases = wait_until(lambda: json.loads(daemon.request(
            "POST", "/v1/subscriptions/billing/pull?wait=1s")[2])["leases"], "there is something")
        dead = {"answers": [{"lease": leases[0]["lease"], "position": 1, "answer": "dead", "reason": "no"}]}
        answer = daemon.request("POST", "/v1/subscriptions/billing/ack", json.dumps(dead), {"Content-Type": "application/json"})
        self.assertEqual(200, answer[0], answer[2])
        wait_until(lambda: self.ask(daemon, "DELETE", "/billing?check=true")["parked"] == 1, "it is parked")
        refused = self.ask(daemon, "DELETE", "/billing?reason=over", code=409)["detail"]
        self.assertIn("'billing' has 1 parked subject", refused)
        self.assertIn("reason", self.ask(daemon, "DELETE", "/billing?force=true", code=400)["detail"])
        self.assertEqual(1, self.ask(daemon, "DELETE", "/billing?force=true&reason=over")["parked"])
        wait_until(lambda: not daemon.api("/v1/stuck")[1]["stuck"], "nothing is parked any more")

    def test_one_whose_definition_does_not_fit_any_more_stands_and_stops_nobody(self):
        daemon = self.daemon()
        self.create(daemon, "billing", types=["order.cancelled"])
        self.assertEqual(0, daemon.stop())
        self.write("shop.yaml", CONTRACT.replace("order.cancelled", "order.ended"))
        daemon = self.daemon()
        shown = self.ask(daemon, "GET", "/billing")
        self.assertEqual("stands", shown["state"])
        self.assertIn("has no type 'order.cancelled'", shown["problem"])
        self.publish_to(daemon, 1, 3)
        wait_until(lambda: len(self.audit()) == 6, "others go on")
        stuck = [one for one in daemon.api("/v1/stuck")[1]["stuck"] if one["cause"] == "definition"]
        self.assertEqual([("billing", "shop", shown["problem"])],
                         [(one["subscription"], one["domain"], one["reason"]) for one in stuck])
        status = daemon.api("/v1/status")[1]
        one = next(one for one in status["domains"][0]["subscriptions"] if one["name"] == "billing")
        self.assertEqual((True, shown["problem"]), (status["stuck"], one["stands"]))
        self.is_behind(6, one["behind"])
        self.assertEqual("runs", self.ask(daemon, "PUT", "/billing", definition("billing"))["state"])
        self.pull_all(daemon, "billing", ALL)

    def test_one_of_the_file_goes_on_where_its_namesake_was(self):
        daemon = self.daemon()
        self.create(daemon, "billing")
        self.publish_to(daemon, 1, 2)
        self.pull_all(daemon, "billing", {"a": ["a-1", "a-2"], "b": ["b-1", "b-2"]})
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.write("sluice.yaml", CONFIG + "  - {name: billing, domain: shop, sink: {pull: {}}}\n")
        daemon = self.daemon()
        api = [one for one in self.ask(daemon, "GET")["subscriptions"] if one["origin"] == "api"]
        self.assertIn("sluice.yaml has a subscription of that name", api[0]["problem"])
        self.publish_to(daemon, 3, 3)
        self.pull_all(daemon, "billing", {"a": ["a-3"], "b": ["b-3"]})

    def test_a_name_that_the_file_had_is_not_given_away(self):
        daemon = self.daemon()
        self.create(daemon, "billing")
        self.publish_to(daemon, 1, 2)
        self.pull_all(daemon, "billing", {"a": ["a-1", "a-2"], "b": ["b-1", "b-2"]})
        daemon.settle()
        self.assertEqual(0, daemon.stop())
        self.write("sluice.yaml", CONFIG + "  - {name: billing, domain: shop, sink: {pull: {}}}\n")
        daemon = self.daemon()
        wait_until(lambda: daemon.api("/v1/status")[1]["idle"], "it goes on there")
        self.assertEqual(0, daemon.stop())
        self.write("sluice.yaml", CONFIG)
        daemon = self.daemon()
        self.assertEqual("runs", self.ask(daemon, "GET", "/billing")["state"])  # the one of the API has it back
        self.ask(daemon, "DELETE", "/billing")
        self.assertEqual(0, daemon.stop())
        self.write("sluice.yaml", CONFIG.replace("name: audit", "name: other"))
        daemon = self.daemon()
        self.assertIn("keeps the progress of a subscription 'audit' that stood in sluice.yaml",
                      self.ask(daemon, "POST", "", definition("audit"), code=409)["detail"])
        self.create(daemon, "billing")

    def test_looking_changes_nothing_whatever_is_sent_with_it(self):
        daemon = self.daemon()
        self.create(daemon, "billing")
        before = self.ask(daemon, "GET", "/billing")
        other = json.dumps(definition("billing", types=["order.placed"]))
        for method in ("GET", "HEAD", "OPTIONS"):
            for path in ("", "/billing"):
                daemon.request(method, "/v1/subscriptions" + path, other, {"Content-Type": "application/json"})
        self.assertEqual(before, self.ask(daemon, "GET", "/billing"))
        self.assertEqual(["billing"], self.names(daemon))

    def test_metrics_have_it_for_as_long_as_it_is_there(self):
        daemon = self.daemon()
        self.create(daemon, "billing")
        self.publish_to(daemon, 1, 1)
        self.pull_all(daemon, "billing", {"a": ["a-1"], "b": ["b-1"]})
        line = 'sluice_delivered_total{domain="shop",subscription="billing"} 2'
        wait_until(lambda: line in daemon.management("/metrics")[2], "it is counted")
        self.ask(daemon, "DELETE", "/billing")
        self.assertNotIn('subscription="billing"', daemon.management("/metrics")[2])

    def test_a_push_gets_events_and_its_secret_is_never_shown(self):
        port = free_port()
        self.write("sluice.yaml", CONFIG + "push: {allow: [127.0.0.0/8]}\n")
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        daemon = self.daemon(env={"SLUICE_SECRET_BILLING": secret})
        body = definition("billing", protocol="HTTP", sink=f"http://127.0.0.1:{port}/",
                          protocolsettings={"secrets": [{"env": "SLUICE_SECRET_BILLING"}]})
        made = self.ask(daemon, "POST", "", body, code=201)
        self.assertEqual(("runs", [{"env": "SLUICE_SECRET_BILLING"}]), (made["state"], made["protocolsettings"]["secrets"]))
        shown = json.dumps([self.ask(daemon, "GET"), daemon.api("/v1/topics/sluice.subscriptions/records")])
        self.assertNotIn(secret, shown)
        self.assertNotIn("MfKQ9r8", shown)
        self.assertEqual(0, daemon.stop(signal.SIGTERM))
        again = self.daemon()  # without the variable
        self.assertIn("the environment has no SLUICE_SECRET_BILLING", self.ask(again, "GET", "/billing")["problem"])


if __name__ == "__main__":
    unittest.main()
