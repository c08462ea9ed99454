"""Runs the sluice binary as a user does: in a temporary directory, with its own daemon."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

BINARY = os.environ.get("SLUICE", "sluice")

# How long is waited for what will happen; with brokers beside, on a machine that has other things to do, longer.
PATIENCE_S = float(os.environ.get("SLUICE_PATIENCE_S", "30"))

CONTRACT = """\
asyncapi: 3.0.0
info: {title: Shop orders, version: 1.0.0}
defaultContentType: application/json
x-sluice:
  domain: shop
  homes: 4
  sources: [/orders]
channels:
  placed:
    address: order.placed
    messages: {placed: {$ref: '#/components/messages/placed'}}
    bindings: {kafka: {partitions: 3}}
    x-sluice: {validation: enforce}
  cancelled:
    address: order.cancelled
    messages: {cancelled: {$ref: '#/components/messages/cancelled'}}
    bindings: {kafka: {partitions: 2}}
components:
  messages:
    placed:
      name: order.placed
      payload: {type: object, required: [amount], properties: {amount: {type: integer}}}
    cancelled:
      name: order.cancelled
      payload: {type: object}
"""

CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [shop.yaml]
subscriptions:
  - name: audit
    domain: shop
    file: audit.jsonl
"""

# Each kind of sink beside the file: what it counts is served too. Nobody answers at the push's address.
EVERY_SINK = CONFIG + """\
  - {name: pulled, domain: shop, sink: {pull: {}}}
  - {name: pushed, domain: shop, sink: {http: "http://127.0.0.1:1/"}}
push: {allow: [127.0.0.0/8]}
"""

SAGA = """\
saga: checkout
steps:
  - name: reserve
    event: order.cancelled
    undo: {event: order.cancelled}
  - name: authorize
    event: order.cancelled
    pivot: true
"""

# When events have happened: a short while ago, whenever the tests are run, since a week is a default of commands.
HAPPENED = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))


def event(subject, number, kind="order.placed", data=None, without=(), **more):
    """A CloudEvent of the shop, as JSON; `without` names an attribute that is left out."""
    made = {"specversion": "1.0", "id": f"{subject}-{number}", "source": "/orders", "type": kind,
            "subject": subject, "sourcesequence": str(number), "time": HAPPENED,
            "datacontenttype": "application/json", "data": {"amount": number} if data is None else data}
    made.update(more)
    return {name: value for name, value in made.items() if value is not None and name != without}


def lines(events):
    return "".join(json.dumps(one) + "\n" for one in events)


def free_port():
    """Of loopback; free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until(holds, what, seconds=PATIENCE_S):
    """Polls, bounded; the test fails with `what` when it never holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"never happened in {seconds} s: {what}")


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-test-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.write("shop.yaml", CONTRACT)
        self.write("sluice.yaml", CONFIG)

    def write(self, name, text):
        path = self.dir / name
        path.write_text(text, encoding="utf-8")
        return path

    def write_every_kind(self):
        """A daemon of it serves each metric that there is."""
        self.write("checkout.yaml", SAGA)
        self.write("sluice.yaml", EVERY_SINK + "sagas: [checkout.yaml]\n")

    def run_command(self, *arguments, stdin="", timeout=60):
        return subprocess.run([BINARY, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                              cwd=self.dir, timeout=timeout, check=False)

    def sluice(self, *arguments, stdin="", code=0, timeout=60):
        """Runs a command to its end and checks its exit code."""
        ran = self.run_command(*arguments, stdin=stdin, timeout=timeout)
        self.assertEqual(code, ran.returncode, f"sluice {arguments}\nstdout: {ran.stdout}\nstderr: {ran.stderr}")
        return ran

    def refused(self, *arguments, code=2, stdin=""):
        """Runs a command that must fail; answers what it says about it. Nothing of that is on stdout."""
        ran = self.sluice(*arguments, code=code, stdin=stdin)
        self.assertEqual("", ran.stdout)
        return ran.stderr

    def publish(self, *events):
        self.sluice("publish", "-", stdin=lines(events))

    def start(self, *arguments, **pipes):
        """A command that goes on until it is told to end."""
        process = subprocess.Popen([BINARY, *map(str, arguments)], cwd=self.dir, text=True, **pipes)

        def end():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None and not stream.closed:
                    try:
                        stream.close()
                    except BrokenPipeError:  # what it would not read any more
                        pass

        self.addCleanup(end)
        return process

    def settle(self):
        """Everything published is sequenced and delivered: a daemon runs for as long as that takes."""
        daemon = self.daemon()
        daemon.settle()
        self.assertEqual(0, daemon.stop())

    def read(self, topic, *arguments):
        """The events of a topic, as JSON objects."""
        return [json.loads(line) for line in self.sluice("read", topic, "--json", *arguments).stdout.splitlines()]

    def audit(self):
        """What the file sink holds: whole lines only."""
        path = self.dir / "audit.jsonl"
        if not path.exists():
            return []
        text = path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]

    def daemon(self, *arguments, env=None):
        daemon = Daemon(self.dir, arguments, env)
        self.addCleanup(daemon.kill)
        return daemon


class Daemon:
    """`sluice serve`, ready when it is made; without patience, whenever it is."""

    def __init__(self, folder, arguments=(), env=None, patience=PATIENCE_S):
        self.folder = folder
        self.log = open(folder / "daemon.log", "ab")
        self.process = subprocess.Popen([BINARY, "serve", "-c", "sluice.yaml", *arguments], cwd=folder,
                                        stdout=self.log, stderr=self.log, env={**os.environ, **(env or {})})
        if patience:
            wait_until(self.ready, f"the daemon is ready: {self.output()}", patience)

    def output(self):
        return (self.folder / "daemon.log").read_text(encoding="utf-8")

    def info(self):
        path = self.folder / "data" / "daemon.json"
        try:
            info = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return info if info["pid"] == self.process.pid else None

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.output()}")
        return self.info() is not None and self.management("/readyz")[0] == 200

    def management(self, path):
        """(status, content type, body) of a page on the management port."""
        try:
            with urllib.request.urlopen(f"http://{self.info()['management']}{path}", timeout=10) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers["Content-Type"], refused.read().decode()
        except urllib.error.URLError:
            return 0, "", ""

    def api(self, path, body=None, content_type="application/json", seconds=30):
        request = urllib.request.Request(f"http://{self.info()['api']}{path}",
                                         data=body.encode() if body is not None else None,
                                         headers={"Content-Type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def request(self, method, path, body=None, headers=None, port="api"):
        """(status, headers, body) of any request, as it came."""
        host, _, number = self.info()[port].rpartition(":")
        connection = http.client.HTTPConnection(host, int(number), timeout=30)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def settle(self):
        wait_until(lambda: self.api("/v1/status")[1]["idle"], "everything is handled")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
