#!/usr/bin/env python3
"""`sluice doctor` where there is no cluster: what it says, the ACLs, wrong arguments. With one: tests/kafka."""

import json
import unittest

from harness import Case


class Doctor(Case):
    def test_says_how_far_it_came_and_what_to_do(self):
        ran = self.sluice("doctor", "--kafka", "kafka://127.0.0.1:1", "--patience", "2s", code=1)
        self.assertRegex(ran.stdout, r"^fail reach 127\.0\.0\.1:1: TCP: .*Connection refused -> is a broker listening")
        self.assertEqual(1, ran.stdout.count("\n"))
        ran = json.loads(self.sluice("doctor", "--kafka", "127.0.0.1:1", "--patience", "2s", "--json", code=1).stdout)
        self.assertEqual(["verdict", "checks"], list(ran))
        self.assertEqual("fail", ran["verdict"])
        self.assertEqual(["verdict", "what", "detail", "advice"], list(ran["checks"][0]))

    def test_lists_the_acls_of_each_part(self):
        text = self.sluice("doctor", "--kafka", "b:1", "--acl").stdout
        self.assertIn("# sequencer of shop: reads the channels", text)
        self.assertIn("kafka-acls.sh --add --allow-principal User:ANONYMOUS --operation Read --operation Describe "
                      "--topic order.placed\n", text)
        self.assertIn("--transactional-id sequencer.shop. --resource-pattern-type prefixed", text)
        parts = json.loads(self.sluice("doctor", "--kafka", "b:1", "--acl", "--json").stdout)
        self.assertEqual("User:ANONYMOUS", parts["principal"])
        self.assertEqual({"resource": "TOPIC", "name": "order.cancelled", "pattern": "LITERAL",
                          "operations": ["READ", "DESCRIBE"]}, parts["parts"][0]["permissions"][0])

    def test_settings_come_from_the_configuration_and_no_secret_is_shown(self):
        self.write("password", "hunter2\n")
        config = self.dir / "sluice.yaml"
        config.write_text(config.read_text() + "kafka:\n  address: kafka://127.0.0.1:1\n  settings:\n"
                          "    security.protocol: sasl_plaintext\n    sasl.mechanism: PLAIN\n    sasl.username: me\n"
                          "    sasl.password: {file: password}\n")
        self.assertIn("User:me", self.sluice("doctor", "--acl").stdout)
        ran = self.sluice("doctor", "--patience", "2s", code=1)
        self.assertIn("fail reach 127.0.0.1:1: TCP", ran.stdout)
        self.assertNotIn("hunter2", ran.stdout + ran.stderr)

    def test_wrong_arguments_are_refused(self):
        self.assertIn("doctor looks at a Kafka cluster, and none is named", self.refused("doctor"))
        self.assertIn("--kafka: the scheme is not kafka://", self.refused("doctor", "--kafka", "http://b"))
        self.assertIn("--patience: 'x' is not a duration", self.refused("doctor", "--patience", "x"))


if __name__ == "__main__":
    unittest.main()
