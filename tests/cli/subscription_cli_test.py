"""`sluice subscription`: as its neighbours, with preview, --yes, --json and exit codes."""

import json
import unittest

from harness import event
from subscription_harness import SubscriptionCase, definition

YAML = "name: billing\ndomain: shop\ntypes: [order.placed]\nsink: {pull: {subjects: 5}}\n"


class SubscriptionCliTest(SubscriptionCase):
    def subscription(self, *arguments, **more):
        return self.sluice("subscription", *arguments, **more)

    def test_without_a_daemon_it_says_so(self):
        said = self.refused("subscription", "list", code=3)
        self.assertRegex(said, "no daemon runs on .*: subscriptions are shown, made, changed and deleted by sluice serve")

    def test_from_its_making_to_its_end(self):
        self.write("billing.yaml", YAML)
        daemon = self.daemon()
        made = self.subscription("create", "billing.yaml", "--reason", "go", "--by", "alice", "--yes")
        self.assertIn("makes the subscription billing\n  domain: shop\n", made.stderr)
        self.assertIn("billing: from the API, runs\n", made.stdout)
        self.publish(event("a", 1))
        self.pull_all(daemon, "billing", {"a": ["a-1"]})
        rows = [line.split()[:4] for line in self.subscription("list").stdout.splitlines()[1:]]
        self.assertEqual([["audit", "shop", "file", "FILE"], ["billing", "shop", "api", "PULL"]], rows)
        shown = json.loads(self.subscription("show", "billing", "--json").stdout)
        self.assertEqual((["order.placed"], "alice", "go"), (shown["types"], shown["by"], shown["reason"]))
        changed = self.subscription("update", "-", "--yes", "--json", stdin=json.dumps(definition("billing")))
        self.assertIn('  types: ["order.placed"] -> -\n', changed.stderr)
        self.assertNotIn("types", json.loads(changed.stdout))
        gone = self.subscription("delete", "billing", "--reason", "over", "--yes")
        self.assertIn("deleted the subscription billing of domain shop", gone.stdout)
        self.assertEqual(["audit"], self.names(daemon, "file") + self.names(daemon))

    def test_nobody_who_agrees_and_a_preview_change_nothing(self):
        self.write("billing.yaml", YAML)
        daemon = self.daemon()
        self.assertIn("--yes agrees", self.refused("subscription", "create", "billing.yaml"))
        preview = self.subscription("create", "billing.yaml", "--preview", "--json")
        self.assertEqual("billing", json.loads(preview.stdout)["id"])
        self.assertEqual([], self.names(daemon))
        self.subscription("create", "billing.yaml", "--yes")
        self.assertIn("deletes the subscription billing", self.subscription("delete", "billing", "--preview").stdout)
        self.assertEqual(["billing"], self.names(daemon))

    def test_whom_a_contract_serves_is_known_of_the_api_s_too(self):
        self.write("billing.json", json.dumps(definition("billing", types=["order.placed"], config={"keep": ["/amount"]})))
        self.daemon()
        self.subscription("create", "billing.json", "--yes")
        used = json.loads(self.sluice("contract", "usage", "shop.yaml", "-c", "sluice.yaml", "--json").stdout)
        self.assertIn("billing", json.dumps(used))

    def test_what_is_refused_is_said_on_stderr_with_an_exit_code(self):
        self.write("billing.yaml", YAML)
        self.write("wrong.yaml", YAML.replace("subjects: 5", "subjcts: 5"))
        self.write("nameless.yaml", "domain: shop\n")
        self.daemon()
        refusals = [
            (("create", "wrong.yaml", "--yes"), "subscription:4:15: /sink/pull/subjcts: unknown name; did you mean 'subjects'?"),
            (("create", "none.yaml", "--yes"), "none.yaml: no such file"),
            (("update", "billing.yaml", "--yes"), "no subscription 'billing'"),
            (("update", "nameless.yaml", "--yes"), "it says no name"),
            (("show", "audti"), "did you mean 'audit'?"),
            (("delete", "audit", "--yes"), "'audit' is in sluice.yaml: change it there"),
            (("delete", "audit", "--yes", "--force"), "--reason: say why"),
        ]
        for arguments, said in refusals:
            ran = self.run_command("subscription", *arguments)
            self.assertEqual(("", True), (ran.stdout, ran.returncode in (1, 2, 4)), ran)
            self.assertIn(said, ran.stderr)


if __name__ == "__main__":
    unittest.main()
