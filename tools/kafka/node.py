"""One Kafka node, broker and controller in one process, over a directory of its own."""

import ctypes
import os
import pathlib
import signal
import subprocess
import time

import jars

HOST = "127.0.0.1"
JVM = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
LOGGING = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true",
           "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
           "-Dorg.slf4j.simpleLogger.log.kafka.authorizer.logger=info"]  # whom it refused what
PR_SET_PDEATHSIG = 1


def common_settings(count):
    """What suits tests: loopback, no topic made by accident, few and small internal topics, no waiting at a start."""
    copies = min(count, 3)
    isr = 2 if copies == 3 else 1
    return {
        "process.roles": "broker,controller", "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "auto.create.topics.enable": "false", "num.partitions": 1,
        "default.replication.factor": copies, "min.insync.replicas": isr,
        "offsets.topic.replication.factor": copies, "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": copies, "transaction.state.log.min.isr": isr,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": copies, "share.coordinator.state.topic.min.isr": isr,
        "broker.heartbeat.interval.ms": 500, "broker.session.timeout.ms": 4000,
        "group.initial.rebalance.delay.ms": 0, "group.min.session.timeout.ms": 1000,
        "log.index.size.max.bytes": 1 << 20, "log.cleaner.dedupe.buffer.size": 4 << 20,
        "num.network.threads": 2, "num.io.threads": 4, "controlled.shutdown.max.retries": 1,
    }


def secured_settings():
    """A listener that asks for a name and a password, and brokers that check ACLs. Whoever comes by the plain one is
    a super user, so that brokers and tests can set things up."""
    users = " ".join(f'user_{name}="{name}-password"' for name in ("admin", "sluice"))
    return {
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.secured.plain.sasl.jaas.config":
            f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:admin",
    }


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Node:
    """Threads: one at a time. What it knows lies in its directory, so another process can go on with it.
    Failure: jars.Trouble says why it did not start, with the end of its log."""

    def __init__(self, folder, node_id, port, controller_port, secured_port=None, back_port=None, front_port=None):
        self.folder = pathlib.Path(folder).resolve()
        self.id, self.port, self.controller_port, self.secured_port = node_id, port, controller_port, secured_port
        self.back_port, self.front_port = back_port, front_port  # of a proxy, and where it is to lead
        self.settings_file = self.folder / "server.properties"
        self.log_file = self.folder / "server.log"
        self.pid_file = self.folder / "pid"

    @property
    def address(self):
        return f"{HOST}:{self.port}"

    def write_settings(self, settings):
        self.folder.mkdir(parents=True, exist_ok=True)
        own = {"node.id": self.id, "log.dirs": self.folder / "data",
               "advertised.listeners": f"PLAINTEXT://{self.address}"}
        if self.secured_port:
            own["advertised.listeners"] += f",SECURED://{HOST}:{self.secured_port}"
            own.update(secured_settings())
        own["listeners"] = own["advertised.listeners"] + f",CONTROLLER://{HOST}:{self.controller_port}"
        if self.front_port:
            protocols = {**settings, **own}["listener.security.protocol.map"]
            own["listener.security.protocol.map"] = protocols + ",FRONT:PLAINTEXT"
            own["advertised.listeners"] += f",FRONT://{HOST}:{self.front_port}"
            own["listeners"] += f",FRONT://{HOST}:{self.back_port}"
        lines = [f"{name}={value}\n" for name, value in {**settings, **own}.items()]
        self.settings_file.write_text("".join(lines), encoding="utf-8")

    def java(self, *arguments):
        return [jars.java(), *JVM, *LOGGING, "-cp", jars.classpath(), *map(str, arguments)]

    def format(self, cluster_id):
        """Starts the formatting of an empty data directory; answers the process, or None when it has been done."""
        if (self.folder / "data" / "meta.properties").is_file():
            return None
        command = self.java("-XX:TieredStopAtLevel=1", "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c",
                            self.settings_file)
        with open(self.log_file, "ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def start(self, dies_with_parent):
        if self.running():
            return
        command = self.java("kafka.Kafka", self.settings_file)
        with open(self.log_file, "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder,
                                       start_new_session=True, preexec_fn=die_with_parent if dies_with_parent else None)
        self.pid_file.write_text(str(process.pid), encoding="utf-8")
        while process.poll() is None and not self.running():  # the kernel shows its command line a moment later
            time.sleep(0.01)

    def pid(self):
        """The live process of this node, or None. A pid that another program has meanwhile is not ours."""
        try:
            pid = int(self.pid_file.read_text(encoding="utf-8"))
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.settings_file).encode() in command else None

    def running(self):
        return self.pid() is not None

    def signal(self, number):
        pid = self.pid()
        if pid is None:
            raise jars.Trouble(f"broker {self.id} is not running")
        os.kill(pid, number)
        return pid

    def stop(self, seconds=20):
        """A clean end (SIGTERM); a node that does not manage it in time is killed."""
        if not self.running():
            return
        self.signal(signal.SIGTERM)
        self.signal_if_running(signal.SIGCONT)
        if not self.gone(seconds):
            self.kill()

    def pause(self):
        """Returns when none of its threads runs any more: the signal alone only asks for that."""
        self.signal(signal.SIGSTOP)
        end = time.monotonic() + 20
        while self.thread_states() != {"T"}:
            if time.monotonic() > end:
                raise jars.Trouble(f"broker {self.id} (pid {self.pid()}) does not stop")
            time.sleep(0.001)

    def thread_states(self):
        states = set()
        for stat in pathlib.Path(f"/proc/{self.pid()}/task").glob("*/stat"):
            try:
                states.add(stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0])
            except OSError:
                pass  # it has ended meanwhile
        return states

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        self.signal_if_running(signal.SIGKILL)
        if not self.gone(20):
            raise jars.Trouble(f"broker {self.id} (pid {self.pid()}) does not end")

    def signal_if_running(self, number):
        try:
            self.signal(number)
        except (jars.Trouble, ProcessLookupError):
            pass

    def gone(self, seconds):
        end = time.monotonic() + seconds
        while self.running():
            try:
                os.waitpid(self.pid() or -1, os.WNOHANG)  # ours: it must not stay a zombie
            except ChildProcessError:
                pass
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def last_words(self, lines=15):
        try:
            return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"
