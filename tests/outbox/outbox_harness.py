"""A service's database, a daemon and relays between them, each of which a test may kill, stop or cut off."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

import servers
from harness import BINARY, Case, wait_until

RELAYED_SECONDS_MAX = 120


class Cut:
    """A way between two processes that can be cut: what was said is lost, nobody is told."""

    def __init__(self, port):
        self.to = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = True
        self.pairs = []
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            try:
                other = socket.create_connection(("127.0.0.1", self.to), timeout=10)
            except OSError:
                one.close()
                continue
            with self.lock:
                self.pairs.append((one, other))
            for here, there in ((one, other), (other, one)):
                threading.Thread(target=self.carry, args=(here, there), daemon=True).start()

    def carry(self, here, there):
        try:
            here.settimeout(None)
            while data := here.recv(65536):
                if self.open:
                    there.sendall(data)
        except OSError:
            pass
        for one in (here, there):
            self.end(one)

    def cut(self):
        """Silence in both directions."""
        self.open = False

    def mend(self):
        """New connections work; those that were silent are reset, as by a firewall that has forgotten them."""
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for one in pair:
                self.end(one)
        self.open = True

    @staticmethod
    def end(one):
        """Also for whoever reads from it."""
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended already
        one.close()

    def close(self):
        self.listener.close()
        self.mend()


class Relay:
    """`sluice outbox relay`; its lines of log tell when it is at work."""

    def __init__(self, folder, database, to, *arguments, env=None):
        self.path = folder / f"relay-{len(list(folder.glob('relay-*')))}.log"
        self.log = open(self.path, "wb")
        self.process = subprocess.Popen(
            [BINARY, "outbox", "relay", "--database", database, "--to", to, "--metrics", "127.0.0.1:0", *arguments],
            cwd=folder, stdout=self.log, stderr=self.log, env={**os.environ, **(env or {})})

    def output(self):
        return self.path.read_text(encoding="utf-8", errors="replace")

    def metrics_address(self):
        found = re.search(r'"metrics":"([^"]+)"', self.output())
        return found.group(1) if found else None

    def stop(self, how=signal.SIGTERM, seconds=60):
        self.process.send_signal(how)
        return self.process.wait(timeout=seconds)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


class OutboxCase(Case):
    """Each test has a database of its own, migrated, with the source /orders."""

    server = servers.Postgres
    postgres = None
    databases = 0

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sluice-outbox-")
        cls.addClassCleanup(cls.folder.cleanup)
        try:
            cls.postgres = cls.server(pathlib.Path(cls.folder.name) / "postgres")
        except servers.Missing as missing:
            raise unittest.SkipTest(str(missing)) from missing
        cls.addClassCleanup(lambda: cls.postgres.close())

    def setUp(self):
        super().setUp()
        OutboxCase.databases += 1
        self.name = f"t{OutboxCase.databases}"
        self.postgres.psql("postgres", f"create database {self.name}")
        self.url = self.url_by(self.postgres.port)
        self.sluice("outbox", "migrate", "--database", self.url)
        self.sluice("outbox", "source", "/orders", "--database", self.url)

    def url_by(self, port):
        return f"postgres://sluice@127.0.0.1:{port}/{self.name}"

    def sql(self, text):
        return self.postgres.psql(self.name, text)

    def emit(self, subject, kind="order.placed", data=None, domain="shop", more=""):
        """One event in a transaction of its own; answers its number."""
        text = json.dumps({"amount": 1} if data is None else data)
        return int(self.sql(f"select sluice_publish('{domain}', '{subject}', '{kind}', '{text}'{more})"))

    def relay(self, to, *arguments, database=None, env=None):
        relay = Relay(self.dir, database or self.url, to, *arguments, env=env)
        self.addCleanup(relay.kill)
        return relay

    def api(self, daemon):
        return f"http://{daemon.info()['api']}"

    def pending(self):
        return int(self.sql("select count(*) from sluice_outbox_event"))

    def relayed(self, seconds=RELAYED_SECONDS_MAX):
        """Nothing is left in the outbox."""
        wait_until(lambda: self.pending() == 0, "everything is relayed", seconds)

    def ordered(self, daemon):
        """Per subject what stands in the ordered topic, in its order: (source, number, type)."""
        daemon.settle()
        found = {}
        for one in self.read("shop.ordered"):
            found.setdefault(one["subject"], []).append((one["source"], int(one["sourcesequence"]), one["type"]))
        return found

    def json_of(self, *arguments):
        return json.loads(self.sluice("outbox", *arguments, "--database", self.url, "--json").stdout)
