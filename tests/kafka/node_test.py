#!/usr/bin/env python3
"""A node's settings, its process and its log, and the one request of Kafka's protocol: without a broker."""

import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "kafka"))

import cluster  # noqa: E402
import jars  # noqa: E402
import node  # noqa: E402
import wire  # noqa: E402


def settings_of(one):
    lines = one.settings_file.read_text(encoding="utf-8").splitlines()
    read = dict(line.split("=", 1) for line in lines)
    assert len(read) == len(lines), "a name stands twice"
    return read


class NodeCase(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="sluice-kafka-node-")
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name).resolve()
        self.node = node.Node(self.dir / "node-2", 2, 1001, 1002)

    def cluster(self, count, secured=False, **settings):
        plan = {"cluster_id": "x", "ports": [[10 + n, 20 + n, 30 + n if secured else None] for n in range(count)]}
        made = cluster.Cluster(self.dir / "cluster", plan)
        made.write(plan, settings)
        return made


class Settings(NodeCase):
    def test_a_node_listens_on_loopback_for_all_and_for_controllers(self):
        self.node.write_settings({})
        self.assertEqual({"node.id": "2", "log.dirs": str(self.dir / "node-2" / "data"),
                          "advertised.listeners": "PLAINTEXT://127.0.0.1:1001",
                          "listeners": "PLAINTEXT://127.0.0.1:1001,CONTROLLER://127.0.0.1:1002"}, settings_of(self.node))

    def test_nobody_sets_what_makes_a_node_itself(self):
        made = self.cluster(1, **{"node.id": 7, "listeners": "PLAINTEXT://0.0.0.0:9092", "num.partitions": 12})
        read = settings_of(made.node(1))
        self.assertEqual(("1", "12"), (read["node.id"], read["num.partitions"]))
        self.assertNotIn("0.0.0.0", read["listeners"])

    def test_all_nodes_know_the_same_voters(self):
        made = self.cluster(3)
        voters = {settings_of(one)["controller.quorum.voters"] for one in made.nodes}
        self.assertEqual({"1@127.0.0.1:20,2@127.0.0.1:21,3@127.0.0.1:22"}, voters)

    def test_three_brokers_hold_three_copies_and_go_on_without_one(self):
        for count, copies, least in ((1, 1, 1), (2, 2, 1), (3, 3, 2), (9, 3, 2)):
            common = node.common_settings(count)
            for name in ("default.replication.factor", "offsets.topic.replication.factor",
                         "transaction.state.log.replication.factor", "share.coordinator.state.topic.replication.factor"):
                self.assertEqual(copies, common[name], f"{name} of {count}")
            for name in ("min.insync.replicas", "transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr"):
                self.assertEqual(least, common[name], f"{name} of {count}")

    def test_a_secured_node_asks_for_a_password_beside_the_plain_listener(self):
        made = self.cluster(2, secured=True)
        read = settings_of(made.node(2))
        self.assertEqual("PLAINTEXT://127.0.0.1:11,SECURED://127.0.0.1:31,CONTROLLER://127.0.0.1:21", read["listeners"])
        self.assertIn("SECURED:SASL_PLAINTEXT", read["listener.security.protocol.map"])
        self.assertIn('user_sluice="sluice-password"', read["listener.name.secured.plain.sasl.jaas.config"])
        self.assertNotIn("User:sluice", read["super.users"])
        self.assertEqual("127.0.0.1:30,127.0.0.1:31", made.secured_bootstrap)

    def test_a_data_directory_that_is_made_is_not_made_again(self):
        (self.node.folder / "data").mkdir(parents=True)
        (self.node.folder / "data" / "meta.properties").write_text("cluster.id=x\n")
        self.assertIsNone(self.node.format("another"))


class Process(NodeCase):
    def run_as_node(self):
        """A process with the settings file on its command line, as a broker has it."""
        self.node.folder.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen([sys.executable, "-c", "print(1, flush=True); input()", self.node.settings_file],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        process.stdout.readline()
        self.node.pid_file.write_text(str(process.pid))
        return process

    def test_it_is_the_process_that_has_its_settings(self):
        process = self.run_as_node()
        self.assertEqual(process.pid, self.node.pid())
        other = node.Node(self.dir / "node-3", 3, 1003, 1004)
        other.folder.mkdir()
        other.pid_file.write_text(str(process.pid))  # the pid went to another program
        self.assertIsNone(other.pid())
        other.kill()
        other.stop()
        self.assertIsNone(process.poll(), "another's process was ended")

    def test_what_is_no_pid_is_no_process(self):
        self.node.folder.mkdir()
        for text in ("", "-1", "broker", "4194305000"):
            self.node.pid_file.write_text(text)
            self.assertFalse(self.node.running(), text)

    def test_a_stop_is_clean_even_of_one_that_is_paused(self):
        process = self.run_as_node()
        self.node.pause()
        self.node.stop(seconds=20)
        self.assertFalse(self.node.running())
        self.assertIn(process.wait(), (-signal.SIGTERM, 0), "0: the node has waited for it already")

    def test_signals_to_one_that_does_not_run_say_so_and_its_end_is_no_error(self):
        for act in (self.node.pause, self.node.resume):
            with self.assertRaisesRegex(jars.Trouble, "broker 2 is not running"):
                act()
        self.node.kill()
        self.node.stop()

    def test_the_last_lines_of_its_log_whatever_bytes_they_are(self):
        self.assertEqual("(no log)", self.node.last_words())
        self.node.folder.mkdir()
        self.node.log_file.write_bytes(b"".join(b"line %d\n" % n for n in range(100)) + b"bad \xff byte")
        self.assertEqual(["line 98", "line 99", "bad \ufffd byte"], self.node.last_words(lines=3).splitlines())
        self.assertEqual(15, len(self.node.last_words().splitlines()))


def broker_entry(node_id, host, port, rack=None):
    return (struct.pack(">i", node_id) + wire.text(host) + struct.pack(">i", port)
            + (struct.pack(">h", -1) if rack is None else wire.text(rack)))


class Wire(unittest.TestCase):
    def ask(self, answer, framed=True):
        """What `brokers` makes of an answer; self.request: what was asked."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            def serve():
                with server.accept()[0] as one:
                    (size,) = struct.unpack(">i", wire.exactly(one, 4))
                    self.request = wire.exactly(one, size)
                    whole = (struct.pack(">i", len(answer)) if framed else b"") + answer
                    for at in range(0, len(whole), 7):  # as a network may cut it
                        one.sendall(whole[at:at + 7])
            thread = threading.Thread(target=serve)
            thread.start()
            try:
                return wire.brokers("127.0.0.1", server.getsockname()[1])
            finally:
                thread.join()

    def test_brokers_are_read_with_and_without_a_rack_and_sorted(self):
        answer = struct.pack(">ii", 1, 3) + broker_entry(3, "c", 93, "rack-9") + broker_entry(1, "a", 91) + \
            broker_entry(2, "bé", 92, "") + b"what follows is of topics"
        self.assertEqual([(1, "a", 91), (2, "bé", 92), (3, "c", 93)], self.ask(answer))
        self.assertEqual(struct.pack(">hhi", 3, 1, 1) + wire.text("dev") + struct.pack(">i", 0), self.request)

    def test_a_broker_that_knows_nobody(self):
        self.assertEqual([], self.ask(struct.pack(">ii", 1, 0)))

    def test_an_answer_that_is_cut_anywhere_is_an_os_error(self):
        whole = struct.pack(">ii", 1, 2) + broker_entry(1, "one", 91) + broker_entry(2, "two", 92, "r")
        for size in range(len(whole) - 1):
            with self.assertRaises(OSError, msg=size):
                self.ask(whole[:size])

    def test_what_is_no_broker_is_an_os_error(self):
        for answer in (b"", b"\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n", struct.pack(">i", -1), struct.pack(">i", 0),
                       struct.pack(">iii", 12, 1, 1 << 30), struct.pack(">iiii", 16, 1, 1, 1) + b"\x00\x01\xff\x00"):
            with self.assertRaises(OSError, msg=answer):
                self.ask(answer, framed=False)

    def test_nobody_listens(self):
        (port,) = cluster.free_ports(1)
        with self.assertRaises(OSError):
            wire.brokers("127.0.0.1", port)
        self.assertFalse(cluster.Cluster.knows(node.Node("/nowhere", 1, port, port), []))


if __name__ == "__main__":
    unittest.main()
