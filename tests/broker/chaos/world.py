"""Three brokers behind proxies, four daemons, services that publish, and one that keeps a read model."""

import json
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

from cluster import Cluster, free_ports
from harness import CONTRACT, Daemon, event, wait_until
from read_model import ReadModel, Receiver

BROKERS, INSTANCES = 3, 4
CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [shop.yaml]
kafka: {{address: "kafka://{bootstrap}", snapshots: {{bytes: 1MiB, every: 1m}}}}
push: {{allow: [127.0.0.0/8]}}
subscriptions:
  - {{name: audit, domain: shop, file: audit.jsonl}}
  - name: model
    domain: shop
    sink: {{http: "{url}"}}
    retry: {{first: 50ms, max: 1s, attempts: 1000}}
  - name: team
    domain: shop
    types: [order.cancelled]
    topic: {{name: team.cancelled, partitions: 3}}
"""
PROGRESS_SECONDS = 120  # a session, a rebalance, a transaction's end, and a machine that does much else
PROBES = [f"p{number}" for number in range(16)]  # they lie in all homes
CHANNELS = {"order.placed": 3, "order.cancelled": 2}


class Proxies:
    """The proxies' process, and what it is told."""

    def __init__(self, ports):
        command = [sys.executable, str(pathlib.Path(__file__).with_name("proxy.py")), *(f"{a}:{b}" for a, b in ports)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lock = threading.Lock()
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError("the proxies did not start")

    def tell(self, *words):
        with self.lock:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().split()
        if not answer or answer[0] != "ok":
            raise AssertionError(f"{words}: {answer}")
        return answer[1:]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


class Instance:
    """A data directory, and its daemon as long as there is one. `down`: somebody wants it so."""

    def __init__(self, name, folder, bootstrap, url):
        self.name, self.folder, self.daemon = name, folder, None
        self.down, self.frozen, self.was_ready, self.lock = True, False, False, threading.RLock()
        folder.mkdir()
        (folder / "shop.yaml").write_text(CONTRACT, encoding="utf-8")
        (folder / "sluice.yaml").write_text(CONFIG.format(bootstrap=bootstrap, url=url), encoding="utf-8")

    def start(self):
        """Does not wait for it to be ready: brokers may be missing."""
        with self.lock:
            if self.daemon is not None:
                self.daemon.kill()
            self.daemon = Daemon(self.folder, patience=0)
            self.down, self.frozen, self.was_ready = False, False, False

    def running(self):
        return self.daemon is not None and self.daemon.process.poll() is None

    def send(self, number):
        with self.lock:
            self.down = self.down or number in (signal.SIGKILL, signal.SIGTERM)
            self.frozen = number == signal.SIGSTOP
            if self.running():
                self.daemon.process.send_signal(number)

    def ended(self, seconds):
        return self.daemon.process.wait(timeout=seconds) if self.daemon else 0

    def ready(self):
        with self.lock:
            if self.frozen or not self.running():
                return False
            try:
                self.was_ready = self.daemon.ready()
            except (AssertionError, OSError, TypeError):
                return False
            return self.was_ready

    def died(self):
        """Its exit code, if it ended and nobody asked for that."""
        with self.lock:
            return None if self.down or self.running() else self.daemon.process.returncode

    def delivered(self):
        """(subject, position) of each line of the file sink, in its order."""
        path = self.folder / "audit.jsonl"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        events = [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]
        return [(one["subject"], int(one["subjectposition"])) for one in events]


class World:
    """Lifetime: `close` ends all of it. Threads: `publish` from any, for subjects of its own."""

    def __init__(self, folder, say):
        self.say, self.begun = say, time.monotonic()
        fronts = free_ports(BROKERS)
        self.cluster = Cluster.create(folder / "cluster", brokers=BROKERS, fronts=fronts)
        self.proxies = Proxies([(node.front_port, node.back_port) for node in self.cluster.nodes])
        self.model = ReadModel()
        self.receiver = Receiver(self.model)
        self.kinds = {}  # subject -> of its events 1, 2, 3 …
        self.partitions = dict(CHANNELS)
        self.failed_starts, self.supervising = 0, threading.Lock()
        self.progress = []  # (seconds, after what)
        bootstrap = ",".join(f"127.0.0.1:{port}" for port in fronts)
        self.instances = [Instance(name, folder / name, bootstrap, self.receiver.url) for name in "abcd"[:INSTANCES]]
        for instance in self.instances:
            instance.start()
        wait_until(self.all_ready, "all daemons are ready", seconds=180)

    def close(self):
        for instance in self.instances:
            if instance.daemon is not None:
                instance.daemon.kill()
        self.proxies.close()
        self.receiver.close()
        self.cluster.wipe()

    def all_ready(self):
        self.supervise()
        return all(one.was_ready for one in self.instances)

    def supervise(self):
        """As systemd would: who could not start is started again. Whoever was ready and ends by itself is a finding."""
        with self.supervising:
            for instance in self.instances:
                code = instance.died()
                if code is None:
                    instance.ready()
                    continue
                words = instance.daemon.output()[-2000:]
                if instance.was_ready:
                    raise AssertionError(f"{instance.name} ended by itself with {code}:\n{words}")
                self.failed_starts += 1
                self.say(f"{instance.name} could not start: {code}")
                instance.start()

    def expect_progress(self, after, source):
        """What is published now is released, and pushed, whatever its home: how long that takes."""
        begun = time.monotonic()

        def late():
            self.supervise()
            return time.monotonic() - begun > PROGRESS_SECONDS

        taken = self.publish(self.events_of(PROBES, source), source, late)
        while not late() and any(self.model.count(one) < len(self.kinds[one]) for one in PROBES):
            time.sleep(0.1)
        missing = [one for one in PROBES if self.model.count(one) < len(self.kinds[one])]
        if missing:
            raise AssertionError(f"after {after}: in {PROGRESS_SECONDS} s " +
                                 (f"{' '.join(missing)} were not pushed" if taken else "nobody took what was published"))
        self.progress.append((time.monotonic() - begun, after))
        self.say(f"  progress after {after}: {self.progress[-1][0]:.1f} s")

    def events_of(self, subjects, source):
        """The next event of each of these subjects, in any order."""
        batch = []
        for subject in subjects:
            kinds = self.kinds.setdefault(subject, [])
            kinds.append(source.choice(list(CHANNELS)))
            batch.append(event(subject, len(kinds), kinds[-1]))
        source.shuffle(batch)
        return batch

    def publish(self, batch, source, given_up=lambda: False):
        """Through any daemon, again and again until one has taken all of it. What was there already is recognised."""
        text = json.dumps(batch)
        while not given_up():
            instance = source.choice(self.instances)
            try:
                if instance.was_ready and instance.daemon.api("/v1/events", text, "application/cloudevents-batch+json",
                                                              seconds=5)[0] == 200:
                    return True
            except (OSError, ValueError, TypeError):
                pass  # killed, stopped, without brokers, or too late
            time.sleep(0.05)
        return False

    def published(self):
        return {(subject, number) for subject, kinds in self.kinds.items() for number in range(1, len(kinds) + 1)}


class Service(threading.Thread):
    """Publishes the acts of subjects of its own, until it is told to stop: then what it has begun is still taken."""

    PAUSE_SECONDS = 0.2

    def __init__(self, world, name, seed):
        super().__init__(daemon=True)
        self.world, self.source, self.done = world, random.Random(f"{seed} {name}"), threading.Event()
        self.subjects = [f"{name}{number}" for number in range(20)]
        self.old, self.published = [], 0

    def run(self):
        while not self.done.wait(self.PAUSE_SECONDS):
            batch = self.world.events_of(self.source.choices(self.subjects, k=8), self.source)
            again = self.source.sample(self.old, min(len(self.old), self.source.choice([0, 0, 0, 2])))
            if self.world.publish(batch + again, self.source):
                self.published += len(batch)
            self.old = (self.old + batch)[-200:]
