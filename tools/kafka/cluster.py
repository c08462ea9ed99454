"""A cluster of real Kafka brokers on loopback, under one directory: for ./dev kafka and for tests.

    with Cluster.create(folder, brokers=3) as cluster:
        cluster.bootstrap          # 127.0.0.1:40001,127.0.0.1:40002,127.0.0.1:40003
        cluster.node(2).kill()
        cluster.start(2)
"""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import time

import jars
import wire
from jars import Trouble
from node import HOST, Node, common_settings

READY_SECONDS = 120  # a loaded machine of one core has been seen to need half of it


def free_ports(count):
    """Ports that nobody listens on now; all are held until all are known, so they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]


def require_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Trouble(f"{HOST}:{port} is taken ({error.strerror}): end what listens there, or choose another "
                          "--port") from error


def new_cluster_id():
    raw = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
    return raw if raw[0] != "-" else new_cluster_id()


class Cluster:
    """Threads: one at a time. Lifetime: what is known lies in cluster.json, so any process can load and end it;
    with dies_with_parent the brokers end with the process that started them. Limits: 1 to 9 brokers."""

    def __init__(self, folder, plan, dies_with_parent=True):
        self.folder = pathlib.Path(folder).resolve()
        self.dies_with_parent = dies_with_parent
        self.cluster_id = plan["cluster_id"]
        self.nodes = [Node(self.folder / f"node-{index + 1}", index + 1, *ports)
                      for index, ports in enumerate(plan["ports"])]

    @classmethod
    def create(cls, folder, brokers=1, port=None, settings=None, secured=False, dies_with_parent=True, fronts=()):
        """Lays the cluster out and starts it; an existing one in this folder is started as it is. `fronts`: the ports of
        proxies, one for each broker; whoever comes by them is told of them alone."""
        if not 1 <= brokers <= 9:
            raise Trouble(f"--brokers {brokers}: 1 to 9")
        if port and port + brokers - 1 > 65535:
            raise Trouble(f"--port {port}: {brokers} brokers need as many ports from it on, and 65535 is the last")
        found = cls.load(folder, dies_with_parent)
        if found is None:
            return cls.lay_out(folder, brokers, port, settings or {}, secured, dies_with_parent, fronts)
        if len(found.nodes) != brokers or (port and found.nodes[0].port != port):
            raise Trouble(f"{folder} has a cluster of {len(found.nodes)} on {found.bootstrap}: ./dev kafka down --wipe "
                          "first (its data goes)")
        found.start_all()
        return found

    @classmethod
    def lay_out(cls, folder, brokers, port, settings, secured, dies_with_parent, fronts):
        free, none = free_ports(4 * brokers), [None] * brokers
        listening = [port + index for index in range(brokers)] if port else free[:brokers]
        plan = {"cluster_id": new_cluster_id(),
                "ports": list(zip(listening, free[brokers:], free[2 * brokers:] if secured else none,
                                  free[3 * brokers:] if fronts else none, fronts or none))}
        made = cls(folder, plan, dies_with_parent)
        made.write(plan, settings)
        try:
            made.start_all()
        except BaseException:  # what never ran is not found the next time; its logs stay
            made.kill_all()
            (made.folder / "cluster.json").unlink()
            raise
        return made

    @classmethod
    def load(cls, folder, dies_with_parent=False):
        try:
            plan = json.loads((pathlib.Path(folder) / "cluster.json").read_text(encoding="utf-8"))
            return cls(folder, plan, dies_with_parent)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble(f"{folder}/cluster.json is damaged ({error!r}): end its brokers, delete {folder}, and start "
                          "anew") from error

    def write(self, plan, settings):
        voters = ",".join(f"{node.id}@{HOST}:{node.controller_port}" for node in self.nodes)
        for node in self.nodes:
            node.write_settings({**common_settings(len(self.nodes)), "controller.quorum.voters": voters, **settings})
        (self.folder / "bootstrap").write_text(self.bootstrap + "\n", encoding="utf-8")  # for tests/kafka/broker.cpp
        (self.folder / "cluster.json").write_text(json.dumps(plan), encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wipe()

    @property
    def bootstrap(self):
        return ",".join(node.address for node in self.nodes)

    @property
    def secured_bootstrap(self):
        """Of the listeners that ask for a password; empty where there are none."""
        return ",".join(f"{HOST}:{node.secured_port}" for node in self.nodes if node.secured_port)

    def node(self, node_id):
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise Trouble(f"no broker {node_id}: there are 1 to {len(self.nodes)}")

    def start_all(self):
        stopped = [node for node in self.nodes if not node.running()]
        for node in stopped:
            require_free(node.port)
            require_free(node.controller_port)
        formatting = [(node, node.format(self.cluster_id)) for node in stopped]
        for node, process in formatting:
            if process is not None and process.wait() != 0:
                raise Trouble(f"broker {node.id}: its data directory could not be made:\n{node.last_words()}")
        for node in stopped:
            node.start(self.dies_with_parent)
        self.wait_until_ready(self.nodes)

    def start(self, node_id):
        self.node(node_id).start(self.dies_with_parent)
        self.wait_until_ready([self.node(node_id)])

    @classmethod
    def wait_until_ready(cls, nodes):
        """Until each of these brokers knows all of them."""
        end = time.monotonic() + READY_SECONDS
        for node in nodes:
            while not cls.knows(node, nodes):
                if not node.running():
                    raise Trouble(f"broker {node.id} ended; the last lines of {node.log_file}:\n{node.last_words()}")
                if time.monotonic() > end:
                    raise Trouble(f"broker {node.id} did not get ready in {READY_SECONDS} s; the last lines of "
                                  f"{node.log_file}:\n{node.last_words()}")
                node.gone(0.05)

    @staticmethod
    def knows(node, others):
        try:
            return {one.id for one in others} <= {known[0] for known in wire.brokers(HOST, node.port)}
        except OSError:
            return False

    def stop_all(self):
        """Cleanly, all at once: a quorum that shrinks node by node would wait for its controllers."""
        for node in self.nodes:
            node.signal_if_running(signal.SIGTERM)
        for node in self.nodes:
            node.stop()

    def kill_all(self):
        for node in self.nodes:
            node.kill()

    def wipe(self):
        self.kill_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run_tool(self, main_class, arguments):
        """Replaces this process by one of Kafka's own tools, pointed at this cluster."""
        command = self.nodes[0].java("-XX:TieredStopAtLevel=1", main_class, "--bootstrap-server", self.bootstrap,
                                     *arguments)
        os.execv(jars.java(), command)
