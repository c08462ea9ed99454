#!/usr/bin/env python3
"""docs/guide/curl.md: every command in it is run, in one shell, and what it answers is held to what the page says."""

import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import unittest

from harness import Case, free_port, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guide" / "curl.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
END = "--- end of a block ---"


def blocks(page):
    """(language, text) of each code block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def pattern(expected):
    """`…` is anything; a line break of the page may be none of the answer's."""
    parts = [re.escape(part).replace("\\\n", "\\s*").replace("\n", "\\s*") for part in expected.strip().split("…")]
    return re.compile(r"\s*" + ".*?".join(parts) + r"\s*", re.DOTALL)


class Shell:
    """One bash, to which the blocks go one after another."""

    def __init__(self, folder):
        self.process = subprocess.Popen(["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)

    def run(self, text):
        self.process.stdin.write(f"{text}\necho; echo '{END}'\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == END:
                return "".join(lines)
            lines.append(line)
        raise AssertionError(f"the shell ended: {''.join(lines)}")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)


class Page(Case):
    def setUp(self):
        super().setUp()
        self.page = PAGE.read_text(encoding="utf-8")
        self.api, self.receiver = free_port(), free_port()
        config = next(text for language, text in blocks(self.page) if language == "yaml")
        self.assertIn("listen: 127.0.0.1:8480", config)
        self.write("sluice.yaml", config.replace("8480", str(self.api)) + "management: 127.0.0.1:0\n")
        shutil.copy(ROOT / "examples" / "service" / "shop.yaml", self.dir / "shop.yaml")

    def start_receiver(self):
        """One that does all that the page asks for."""
        program = ROOT / "clients" / "python" / "examples" / "receiver.py"
        process = subprocess.Popen([sys.executable, program, str(self.receiver), self.dir / "points.sqlite", SECRET],
                                   stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT / "clients" / "python")})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until(lambda: subprocess.run(["curl", "-s", f"http://127.0.0.1:{self.receiver}/"], check=False,
                                          capture_output=True).returncode == 0, "the receiver answers")

    def test_every_command_answers_what_the_page_says(self):
        self.daemon()
        self.start_receiver()
        shell = Shell(self.dir)
        self.addCleanup(shell.close)
        answer, checked, commands = "", 0, 0
        for language, text in blocks(self.page):
            if language == "sh":
                self.assertEqual("", answer.strip(), f"the page says nothing of this answer, before:\n{text}")
                answer = shell.run(text.replace(":8480", f":{self.api}").replace(":9000", f":{self.receiver}"))
                commands += 1
                time.sleep(1)  # what is published is sequenced: the page tells it one after another
            elif language != "yaml":
                self.assertRegex(answer, re.compile(r"\A" + pattern(text).pattern + r"\Z", re.DOTALL))
                answer = ""
                checked += 1
        self.assertEqual("", answer.strip())
        self.assertEqual((12, 11), (commands, checked))
        with sqlite3.connect(self.dir / "points.sqlite") as look:
            self.assertEqual([("21", 42)], look.execute("SELECT * FROM points").fetchall())
        self.assertIn("no such order", self.sluice("stuck").stdout)

    def test_its_links_lead_somewhere(self):
        for link in re.findall(r"\]\(([^)#]+)", self.page):
            self.assertTrue((PAGE.parent / link).exists(), link)


if __name__ == "__main__":
    unittest.main()
