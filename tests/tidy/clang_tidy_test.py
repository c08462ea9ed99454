#!/usr/bin/env python3
"""clang_tidy.py looks at a file again when it, a header of it, its command or the checks have changed; and only then."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("clang_tidy.py")
# Stands for clang-tidy: writes down what it is asked, and finds fault with files that hold the word "fault".
TOOL = """#!/usr/bin/env python3
import pathlib, sys
if "--version" in sys.argv: sys.exit(print("fake 1"))
here = pathlib.Path(__file__).parent
source = pathlib.Path(next(word for word in sys.argv if word.endswith(".cpp")))
with open(here / "asked", "a") as out: out.write(" ".join([*sys.argv[1:], str(source.relative_to(here))]) + "\\n")
for number, line in enumerate(source.read_text().splitlines(), 1):
    if "fault" in line: sys.exit(print(f"{source}:{number}:1: error: a fault") or 1)
"""


class ClangTidy(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.root = pathlib.Path(self.scratch.name).resolve()
        self.write(".clang-tidy", "Checks: '*'")
        self.write("tool", TOOL)
        (self.root / "tool").chmod(0o755)
        self.write("src/a.hpp", "inline int a() { return 1; }")
        self.write("src/a.cpp", '#include "a.hpp"\nint b() { return a(); }')
        self.write("src/c.cpp", "int c() { return 3; }")
        self.write("src/a_test.cpp", '#include "a.hpp"\nint t() { return a(); }')
        self.set_commands("")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def set_commands(self, flags, *names):
        self.write("build/compile_commands.json", json.dumps([
            {"directory": str(self.root / "build"), "file": str(self.root / name),
             "command": f"ccache g++ -std=c++20 {flags} -o out.o -c {self.root / name}"}
            for name in names or ("src/c.cpp", "src/a_test.cpp", "src/a.cpp")]))

    def run_it(self, *names):
        """(exit code, the files that were looked at, all that was said)"""
        asked = self.root / "asked"
        asked.unlink(missing_ok=True)
        run = subprocess.run([sys.executable, SCRIPT, self.root, self.root / "build", "1", *names],
                             env=os.environ | {"CLANG_TIDY": str(self.root / "tool")}, capture_output=True, text=True)
        self.lines = asked.read_text().splitlines() if asked.is_file() else []
        return run.returncode, [line.split()[-1] for line in self.lines], run.stdout + run.stderr

    def test_looks_at_each_file_once_sources_of_a_folder_together_and_then_tests(self):
        together = "build/batch/src/a.cpp"  # first: can they stand together? then: the checks
        self.assertEqual(self.run_it()[:2], (0, [together, together, "src/a_test.cpp"]))
        text = (self.root / together).read_text()
        self.assertEqual(text, (self.root / "src/a.cpp").read_text() + "\nint c() { return 3; }\n")
        self.assertEqual(self.run_it()[:2], (0, []))

    def test_a_header_that_changed_concerns_those_who_include_it(self):
        self.run_it()
        self.write("src/a.hpp", "inline int a() { return 2; }")
        self.assertEqual(self.run_it()[1], ["src/a.cpp", "src/a_test.cpp"])
        (self.root / "src/a.hpp").touch()
        self.assertEqual(self.run_it()[1], [])  # the content counts, not the time

    def test_other_checks_or_another_command_concern_all(self):
        self.run_it()
        self.write(".clang-tidy", "Checks: '-*'")
        self.assertIn("3 files, 0 clean and unchanged", self.run_it()[2])
        self.set_commands("-DNDEBUG")
        self.assertIn("3 files, 0 clean and unchanged", self.run_it()[2])

    def test_what_has_findings_is_looked_at_until_it_has_none(self):
        self.write("src/c.cpp", "int c() { return 3; }  // fault")
        code, _, said = self.run_it()
        self.assertEqual(code, 1)
        self.assertIn("a fault", said)
        self.assertEqual(self.run_it()[:2], (1, ["src/c.cpp"]))
        self.write("src/c.cpp", "int c() { return 3; }")
        self.assertEqual(self.run_it()[:2], (0, ["src/c.cpp"]))

    def test_of_tests_other_checks_are_asked(self):
        self.run_it("src/a.cpp", "src/a_test.cpp")
        self.assertNotIn("--checks", self.lines[0])
        self.assertIn("--checks=-*", self.lines[1])

    def test_tests_are_looked_at_together_by_their_own_checks(self):
        self.write("src/c_test.cpp", "int u() { return 4; }")
        self.set_commands("", "src/a_test.cpp", "src/c_test.cpp")
        self.assertIn("src: 2 of 2 clean together", self.run_it()[2])
        self.assertIn("--checks=-*,clang-diagnostic-*", self.lines[1])

    def test_other_flags_do_not_stand_together(self):
        commands = json.loads((self.root / "build/compile_commands.json").read_text())
        commands[0]["command"] = commands[0]["command"].replace("g++", "g++ -DOTHER")
        self.write("build/compile_commands.json", json.dumps(commands))
        self.assertEqual(self.run_it()[1], ["src/a.cpp", "src/c.cpp", "src/a_test.cpp"])

    def test_a_file_that_nothing_compiles_is_an_error(self):
        code, asked, said = self.run_it("src/a.hpp")
        self.assertEqual((code, asked), (2, []))
        self.assertIn("src/a.hpp", said)


if __name__ == "__main__":
    unittest.main()
