#!/usr/bin/env python3
"""Tokens: who is let in, what they may do, and that no token stands anywhere."""

import json
import os
import unittest

from harness import CONFIG, Case, event


class Auth(Case):
    def setUp(self):
        super().setUp()
        self.tokens = {}
        entries = ""
        for name, roles, more in (("ops", "[admin]", ""), ("shop", "[publish]", ", rate: 1000"),
                                  ("look", "[view]", ""), ("billing", "[subscribe audit]", ""),
                                  ("slow", "[view]", ", rate: 1")):
            made = json.loads(self.sluice("token", "--json").stdout)
            self.tokens[name] = made["token"]
            entries += f"    - {{name: {name}, hash: '{made['hash']}', roles: {roles}{more}}}\n"
        self.write("sluice.yaml", CONFIG.replace("    file: audit.jsonl\n", "    sink: {pull: {}}\n")
                   + f"auth:\n  tokens:\n{entries}")

    def ask(self, daemon, method, path, name=None, body=None, port="api"):
        headers = {"Content-Type": "application/cloudevents+json"}
        if name:
            headers["Authorization"] = f"Bearer {self.tokens[name]}"
        status, answered, text = daemon.request(method, path, body, headers, port)
        self.assertTrue(status < 400 or answered["Content-Type"] == "application/problem+json", text)
        return status

    def test_each_may_do_what_its_roles_say(self):
        daemon = self.daemon()
        one = json.dumps(event("a", 1))
        needed = {("GET", "/v1/status"): {"ops", "look", "slow"},
                  ("POST", "/v1/events"): {"ops", "shop"},
                  ("POST", "/v1/subscriptions/audit/pull?wait=0ms"): {"ops", "billing"},
                  ("GET", "/v1/subscriptions"): {"ops", "look"},
                  ("HEAD", "/v1/subscriptions/audit"): {"ops", "look"},
                  ("POST", "/v1/subscriptions?check=true"): {"ops"},
                  ("PUT", "/v1/subscriptions/audit"): {"ops"},
                  ("DELETE", "/v1/subscriptions/audit?check=true"): {"ops"},
                  ("POST", "/v1/commands"): {"ops"}}
        for (method, path), who in needed.items():
            self.assertEqual(401, self.ask(daemon, method, path, body=one if method == "POST" else None))
            for name in self.tokens:
                if name == "slow" and path != "/v1/status":
                    continue
                status = self.ask(daemon, method, path, name, one if method == "POST" else None)
                self.assertEqual(name not in who, status == 403, f"{name} {method} {path}: {status}")
        self.assertEqual(0, daemon.stop())

    def test_who_has_made_a_subscription_is_not_for_them_to_say_alone(self):
        daemon = self.daemon()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.tokens['ops']}"}
        made = {"id": "new", "domain": "shop", "protocol": "PULL"}
        for name, query, by in (("new", "", "ops"), ("newer", "?by=eve", "eve (token ops)")):
            status, _, text = daemon.request("POST", f"/v1/subscriptions{query}", json.dumps({**made, "id": name}), headers)
            self.assertEqual((201, by), (status, json.loads(text)["by"]), text)
        self.assertEqual(0, daemon.stop())

    def test_a_token_has_its_rate(self):
        daemon = self.daemon()
        self.assertIn(429, [self.ask(daemon, "GET", "/v1/version", "slow") for _ in range(5)])

    def test_probes_need_none_and_metrics_do(self):
        daemon = self.daemon()
        self.assertEqual(200, self.ask(daemon, "GET", "/livez", port="management"))
        self.assertEqual(200, self.ask(daemon, "GET", "/readyz", port="management"))
        self.assertEqual(401, self.ask(daemon, "GET", "/metrics", port="management"))
        self.assertEqual(200, self.ask(daemon, "GET", "/metrics", "look", port="management"))
        self.assertEqual(403, self.ask(daemon, "GET", "/metrics", "shop", port="management"))

    def test_the_command_line_takes_its_token_from_the_environment(self):
        self.daemon()
        self.assertIn("a token is needed", self.run_command("status").stderr)
        os.environ["SLUICE_TOKEN"] = self.tokens["look"]
        self.addCleanup(os.environ.pop, "SLUICE_TOKEN", None)
        self.sluice("status")
        self.assertIn("has not the role 'publish'",
                      self.run_command("publish", "-", stdin=json.dumps(event("a", 1))).stderr)

    def test_no_token_stands_anywhere(self):
        daemon = self.daemon()
        for name in self.tokens:
            self.ask(daemon, "GET", "/v1/status", name)
        self.assertEqual(0, daemon.stop())
        for path in self.dir.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for token in self.tokens.values():
                    self.assertNotIn(token.encode(), content, path)

    def test_without_tokens_it_listens_on_loopback_only(self):
        self.write("sluice.yaml", CONFIG.replace("listen: 127.0.0.1:0", "listen: 0.0.0.0:0"))
        self.assertIn("is not on loopback", self.refused("serve"))


if __name__ == "__main__":
    unittest.main()
