#!/usr/bin/env python3
"""clang_tidy.py goes on after an interruption, tells findings from what could not be run, and which files are tests."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import clang_tidy

SCRIPT = pathlib.Path(__file__).with_name("clang_tidy.py")
# Stands for clang-tidy: finds fault with files that hold the word "fault", and breaks down at "crash".
TOOL = """#!/usr/bin/env python3
import pathlib, sys
if "--version" in sys.argv: sys.exit(print("fake 1"))
source = pathlib.Path(next(word for word in sys.argv if word.endswith(".cpp")))
text = source.read_text()
for number, line in enumerate(text.splitlines(), 1):
    if "fault" in line: sys.exit(print(f"{source}:{number}:1: error: a fault") or 1)
if "crash" in text: sys.exit("PLEASE submit a bug report")
"""


class Damage(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name).resolve()
        self.tool = self.root / "tool"
        self.write(".clang-tidy", "Checks: '*'")
        self.write("tool", TOOL)
        self.tool.chmod(0o755)
        self.write("src/a.cpp", "int a() { return 1; }")
        self.write("src/b.cpp", "int b() { return 2; }")
        self.write("build/made.cpp", "int made() { return 3; }")
        self.write("build/compile_commands.json", json.dumps([
            {"directory": str(self.root / "build"), "file": file, "command": f"g++ -o out.o -c {self.root / 'build' / file}"}
            for file in ("../src/a.cpp", "../src/b.cpp", "made.cpp")]))
        self.stamp = self.root / "build" / "clean" / "src" / "a.cpp.stamp"

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_it(self, *names, jobs="2"):
        """(exit code, stdout, stderr)"""
        run = subprocess.run([sys.executable, SCRIPT, self.root, self.root / "build", jobs, *names], text=True,
                             env=os.environ | {"CLANG_TIDY": str(self.tool)}, capture_output=True, check=False)
        self.assertNotIn("Traceback", run.stderr)
        return run.returncode, run.stdout, run.stderr

    def test_what_the_build_makes_itself_is_not_looked_at(self):
        self.assertEqual((0, "2 files, 0 clean and unchanged\nsrc: 2 of 2 clean together\nclean\n", ""), self.run_it())

    def test_a_stamp_that_is_cut_anywhere_is_no_stamp(self):
        self.run_it()
        whole = self.stamp.read_text()
        for size in (0, 1, 63, 64, 65, len(whole) - 2):
            self.stamp.write_text(whole[:size])
            self.assertIn("2 files, 1 clean and unchanged", self.run_it()[1], size)
            self.assertEqual(whole, self.stamp.read_text(), "it is made anew")
        self.assertIn("2 files, 2 clean and unchanged", self.run_it()[1])

    def test_a_header_that_is_gone_is_a_change(self):
        self.write("src/a.hpp", "inline int h() { return 1; }")
        self.write("src/a.cpp", '#if __has_include("a.hpp")\n#include "a.hpp"\n#endif\nint a() { return 1; }')
        self.run_it()
        self.assertEqual(["src/a.cpp", "src/a.hpp"], self.stamp.read_text().splitlines()[1:])
        (self.root / "src" / "a.hpp").unlink()
        self.assertIn("1 clean and unchanged", self.run_it()[1])
        self.assertEqual(["src/a.cpp"], self.stamp.read_text().splitlines()[1:])

    def test_another_version_of_the_tool_looks_at_all(self):
        self.run_it()
        self.write("tool", TOOL.replace("fake 1", "fake 2"))
        self.assertIn("2 files, 0 clean and unchanged", self.run_it()[1])

    def test_what_does_not_compile_is_a_finding_and_others_are_looked_at(self):
        self.write("src/a.cpp", '#include "nowhere.hpp"\n')
        code, out, _ = self.run_it()
        self.assertEqual(1, code)
        self.assertIn("src/a.cpp does not compile:\n", out)
        self.assertIn("nowhere.hpp", out)
        self.assertIn("[2/2] src/b.cpp\nfindings in 1 files\n", out)
        self.assertFalse(self.stamp.exists())

    def test_a_tool_that_breaks_down_is_a_finding_with_its_last_words(self):
        self.write("src/a.cpp", "int a();  // crash")
        code, out, _ = self.run_it("src/a.cpp")
        self.assertEqual(1, code)
        self.assertIn("[1/1] src/a.cpp\nPLEASE submit a bug report", out)
        self.assertFalse(self.stamp.exists())

    def test_findings_are_counted_by_files(self):
        for name in ("a", "b"):
            self.write(f"src/{name}.cpp", "// fault")
        code, out, _ = self.run_it()
        self.assertEqual((1, "findings in 2 files"), (code, out.splitlines()[-1]))
        self.assertEqual(2, out.count("error: a fault"))

    def test_a_file_may_be_named_in_any_way(self):
        for name in ("src/../src/a.cpp", self.root / "src" / "a.cpp"):
            self.assertEqual(0, self.run_it(name)[0])
            self.assertTrue(self.stamp.exists())
        code, out, _ = self.run_it("src/a.cpp", "src/no.cpp", "src/none.cpp")
        self.assertEqual((2, "nothing compiles src/no.cpp, src/none.cpp: headers are checked with the sources that "
                          "include them\n"), (code, out))

    def test_what_cannot_be_run_says_what_is_missing_and_is_no_finding(self):
        self.tool = self.root / "none"
        code, _, said = self.run_it()
        self.assertEqual(2, code)
        self.assertIn(f"./dev setup installs {self.tool}", said)
        self.tool = self.root / "tool"
        (self.root / "build" / "compile_commands.json").unlink()
        code, _, said = self.run_it()
        self.assertEqual(2, code)
        self.assertIn("./dev tidy makes compile_commands.json", said)

    def test_jobs_are_a_number(self):
        for jobs in ("0", "-1", "all", ""):
            code, out, said = self.run_it(jobs=jobs)
            self.assertEqual((2, ""), (code, out), jobs)
            self.assertIn("usage: clang_tidy.py ROOT BUILD JOBS", said)


class Tests(unittest.TestCase):
    def test_which_files_are(self):
        for name in ("src/log/log_test.cpp", "commerce/csv/damage_test.cpp", "src/base/test_seed.cpp", "tests/kafka/broker.cpp"):
            self.assertTrue(clang_tidy.is_test(name), name)
        for name in ("src/log/log.cpp", "src/base/testing.cpp", "commerce/seedrule/test.cpp", "src/contest/a.cpp"):
            self.assertFalse(clang_tidy.is_test(name), name)


if __name__ == "__main__":
    unittest.main()
