#!/usr/bin/env python3
"""./dev kafka where nothing runs: what it is asked wrongly is refused in words, and no broker is started for it."""

import contextlib
import io
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools" / "kafka"
sys.path.insert(0, str(TOOLS))

import cluster  # noqa: E402
import jars  # noqa: E402
import kafka  # noqa: E402


class Folder(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="sluice-kafka-tool-")
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name).resolve() / "cluster"


class CommandLine(Folder):
    def kafka(self, *arguments, without_java=False):
        """(exit code, stdout, stderr)"""
        environment = os.environ | ({"PATH": ""} if without_java else {})
        ran = subprocess.run([sys.executable, TOOLS / "kafka.py", "--directory", self.dir, *arguments], check=False,
                             capture_output=True, text=True, timeout=60, env=environment)
        self.assertNotIn("Traceback", ran.stderr)
        return ran.returncode, ran.stdout, ran.stderr

    def assert_refused(self, code, word, *arguments, **more):
        exit_code, out, said = self.kafka(*arguments, **more)
        self.assertEqual((code, ""), (exit_code, out), said)
        self.assertIn(word, said)

    def test_what_is_no_command_line_is_refused_with_what_would_be(self):
        for arguments, word in (((), "COMMAND"), (("upp",), "invalid choice: 'upp'"), (("status", "all"), "unknown: all"),
                                (("down", "--force"), "unknown: --force"), (("run", "--port", "9092"), "unknown: --port"),
                                (("up", "--brokers", "many"), "invalid int value: 'many'")):
            self.assert_refused(2, word, *arguments)
        self.assertFalse(self.dir.exists())

    def test_a_setting_has_a_name_and_a_value(self):
        for text in ("log.segment.bytes", "", "=1"):
            for command in ("up", "run"):
                self.assert_refused(2, f"{text!r} is not NAME=VALUE", command, "--set", text)
        options = kafka.parse(["up", "--set", "a=1=2", "--set", "b="])
        self.assertEqual({"a": "1=2", "b": ""}, dict(options.set))

    def test_a_port_is_one(self):
        for text in ("0", "65536", "-1", "http"):
            self.assert_refused(2, "is not a port: 1 to 65535", "up", f"--port={text}")
        self.assert_refused(1, "--port 65535: 2 brokers need as many", "up", "--port", "65535", "--brokers", "2")

    def test_there_are_one_to_nine_brokers(self):
        for count in ("0", "-3", "10"):
            self.assert_refused(1, f"--brokers {count}: 1 to 9", "up", f"--brokers={count}")
            self.assert_refused(1, f"--brokers {count}: 1 to 9", "run", f"--brokers={count}")
        self.assertFalse(self.dir.exists())

    def test_a_taken_port_is_named_and_nothing_is_left_behind(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            self.assert_refused(1, f"127.0.0.1:{port} is taken (Address already in use): end what listens there",
                                "up", "--port", str(port))
        self.assertFalse((self.dir / "cluster.json").exists(), "the next `up` starts anew")
        self.assert_refused(1, "./dev kafka up", "status")

    def test_without_java_it_says_what_to_install(self):
        self.assert_refused(1, "java is not installed: ./dev setup, or apt-get install openjdk-17-jdk-headless", "up",
                            without_java=True)
        self.assertFalse((self.dir / "cluster.json").exists())

    def test_where_nothing_was_started_commands_say_so_and_down_has_nothing_to_do(self):
        for command in ("status", *kafka.TOOLS):
            self.assert_refused(1, f"no cluster in {self.dir}: ./dev kafka up", command)
        self.assertEqual((0, "", ""), self.kafka("down"))
        self.assertEqual((0, "", ""), self.kafka("down", "--wipe"))


class LaidOut(Folder):
    """A cluster on disk of which no broker runs."""

    def lay_out(self, count, **more):
        plan = {"cluster_id": "AAAAAAAAAAAAAAAAAAAAAA", "ports": [[2 * n + 1, 2 * n + 2, None] for n in range(count)]}
        made = cluster.Cluster(self.dir, plan)
        made.write(plan, more)
        return made

    def said_by(self, act, *arguments):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                code = act(kafka.parse(["--directory", str(self.dir), *arguments])) or 0
            except SystemExit as end:
                code = end.code
        return code, out.getvalue()

    def test_status_tells_each_broker_that_is_down(self):
        self.lay_out(2)
        code, said = self.said_by(kafka.status, "status")
        self.assertEqual(1, code)
        self.assertEqual([f"broker {n}  127.0.0.1:{2 * n - 1}  pid -  down  log {self.dir}/node-{n}/server.log"
                          for n in (1, 2)], said.splitlines())

    def test_what_is_loaded_is_what_was_written(self):
        made = self.lay_out(3)
        found = cluster.Cluster.load(self.dir)
        self.assertEqual(made.bootstrap, "127.0.0.1:1,127.0.0.1:3,127.0.0.1:5")
        self.assertEqual((made.bootstrap, made.cluster_id), (found.bootstrap, found.cluster_id))
        self.assertEqual(made.bootstrap + "\n", (self.dir / "bootstrap").read_text())
        self.assertEqual("", found.secured_bootstrap)

    def test_another_size_or_port_is_refused_and_the_data_stays(self):
        self.lay_out(2)
        for asked in ({"brokers": 3}, {"brokers": 2, "port": 9092}):
            with self.assertRaisesRegex(jars.Trouble, "has a cluster of 2 on 127.0.0.1:1,127.0.0.1:3: .*down --wipe"):
                cluster.Cluster.create(self.dir, **asked)
        self.assertTrue((self.dir / "node-2" / "server.properties").is_file())

    def test_down_keeps_what_is_there_and_wipe_does_not(self):
        self.lay_out(1)
        self.assertEqual((0, ""), self.said_by(kafka.down, "down"))
        self.assertTrue((self.dir / "cluster.json").is_file())
        self.assertEqual((0, ""), self.said_by(kafka.down, "down", "--wipe"))
        self.assertFalse(self.dir.exists())

    def test_a_damaged_plan_is_told_with_its_file(self):
        whole = json.dumps({"cluster_id": "x", "ports": [[1, 2, None]]})
        self.dir.mkdir(parents=True)
        for text in (whole[:-1], "", "[]", "{}", '{"cluster_id": "x", "ports": 7}', '{"cluster_id": "x", "ports": [[1]]}'):
            (self.dir / "cluster.json").write_text(text)
            with self.assertRaisesRegex(jars.Trouble, "cluster.json is damaged .* delete", msg=text):
                cluster.Cluster.load(self.dir)
        (self.dir / "cluster.json").write_text(whole)
        self.assertEqual("127.0.0.1:1", cluster.Cluster.load(self.dir).bootstrap)

    def test_a_line_that_is_no_command_is_answered_and_the_next_one_too(self):
        made = self.lay_out(2)
        for line in ("", "kill", "kill one", "kill 1 2", "burn 1", "1 kill"):
            self.assertEqual(f"error not a command: {line}; kill, stop, start, pause or resume, and a broker's number",
                             kafka.answer(made, line.split()))
        self.assertEqual("error no broker 3: there are 1 to 2", kafka.answer(made, ["start", "3"]))
        self.assertEqual("error broker 2 is not running", kafka.answer(made, ["pause", "2"]))
        self.assertEqual(["ok", "ok"], [kafka.answer(made, [act, "1"]) for act in ("kill", "stop")])


class Ports(unittest.TestCase):
    def test_free_ones_differ_and_can_be_had(self):
        ports = cluster.free_ports(27)
        self.assertEqual(27, len(set(ports)))
        for port in ports[:3]:
            cluster.require_free(port)

    def test_a_cluster_id_is_sixteen_bytes_and_no_option(self):
        made = {cluster.new_cluster_id() for _ in range(300)}
        self.assertEqual(300, len(made))
        for one in made:
            self.assertRegex(one, r"^[A-Za-z0-9_][A-Za-z0-9_-]{21}$")


if __name__ == "__main__":
    unittest.main()
