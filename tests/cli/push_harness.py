"""A shop whose subscription pushes to a receiver that runs beside it."""

import json
import pathlib
import subprocess
import sys

from harness import CONFIG, Case, free_port, wait_until

RECEIVER = pathlib.Path(__file__).with_name("receiver.py")


class PushCase(Case):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.receiver = None
        self.configure()

    def configure(self, sink="", url=None, more="", allow="127.0.0.0/8"):
        """sluice.yaml with one subscription that pushes; `sink`: what its sink says besides the address."""
        url = url or f"http://127.0.0.1:{self.port}/events"
        self.write("sluice.yaml", CONFIG.replace(
            "    file: audit.jsonl\n", f"    sink: {{http: '{url}'{sink}}}\n{more}") + f"push: {{allow: [{allow}]}}\n")

    def receive(self, *arguments):
        """Starts a receiver at the port of this test; ready when it answers."""
        self.receiver = self.start_receiver(*arguments)

    def start_receiver(self, *arguments):
        log = str(self.dir / "received.jsonl")
        rules = str(self.dir / "rules.json")
        process = subprocess.Popen([sys.executable, str(RECEIVER), str(self.port), log, rules, *arguments],
                                   stdout=subprocess.PIPE, text=True)

        def end():
            process.kill()
            process.wait()
            process.stdout.close()

        self.addCleanup(end)
        self.assertEqual(f"{self.port}\n", process.stdout.readline())
        return process

    def answer(self, default=None, **more):
        """From now on the receiver answers so."""
        path = self.dir / "rules.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"default": default or {}, **more}), encoding="utf-8")
        fresh.rename(path)

    def received(self):
        path = self.dir / "received.jsonl"
        if not path.exists():
            return []
        text = path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]

    def taken(self):
        """By subject: the positions that the receiver took, repetitions among them."""
        subjects = {}
        for one in self.received():
            if one["status"] < 300:
                headers = one["headers"]
                subjects.setdefault(headers["ce-subject"], []).append(int(headers["sluice-position"]))
        return subjects

    def assert_taken(self, daemon, expected):
        """This and no more, once it is all there: a domain is idle also while backlogs are delivered."""
        wait_until(lambda: sum(map(len, self.taken().values())) >= sum(map(len, expected.values())), "all is delivered")
        daemon.settle()
        self.assertEqual(expected, self.taken())
