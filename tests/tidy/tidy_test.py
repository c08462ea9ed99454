#!/usr/bin/env python3
"""Each rule of tidy.py finds what it is there for, and leaves good code alone."""

import pathlib
import tempfile
import unittest

import tidy


class TidyTest(unittest.TestCase):
    def findings_of(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return list(tidy.findings(root, sorted(files)))

    def test_good_code_is_left_alone(self):
        self.assertEqual([], self.findings_of({
            "src/log/CMakeLists.txt": "log.cpp",
            "src/log/log.cpp": '#include "base/ids.hpp"\n#include <fmt/format.h>\n',
        }))

    def test_an_include_against_the_layers(self):
        found = self.findings_of({"src/base/CMakeLists.txt": "a.cpp", "src/base/a.cpp": '#include "log/log.hpp"\n'})
        self.assertEqual(1, len(found))
        self.assertIn("may not include", found[0])

    def test_a_pure_core_that_sees_the_log(self):
        found = self.findings_of({"src/sequence/CMakeLists.txt": "a.cpp",
                                  "src/sequence/a.cpp": '#include "log/log.hpp"\n'})
        self.assertIn("pure core", found[0])

    def test_runtime_may_use_all(self):
        self.assertEqual([], self.findings_of({"src/runtime/CMakeLists.txt": "a.cpp",
                                               "src/runtime/a.cpp": '#include "http/server.hpp"\n'}))

    def test_floors_of_a_large_folder(self):
        listed = {"src/runtime/CMakeLists.txt": "domain/a.cpp engine/a.cpp lost/a.cpp"}
        include = '#include "runtime/{}.hpp"\n'.format
        self.assertEqual([], self.findings_of({**listed, "src/runtime/engine/a.cpp": include("domain/a") + include("engine/b")}))
        for above in ("engine/a", "instance"):
            found = self.findings_of({**listed, "src/runtime/domain/a.cpp": include(above)})
            self.assertEqual(1, len(found), above)
            self.assertIn("stands above domain", found[0])
        self.assertIn("lost has no floor", self.findings_of({**listed, "src/runtime/lost/a.cpp": ""})[0])

    def test_a_third_party_header_outside_its_folder(self):
        found = self.findings_of({"src/runtime/CMakeLists.txt": "a.cpp",
                                  "src/runtime/a.cpp": "#include <rocksdb/db.h>\n"})
        self.assertIn("may include <rocksdb/db.h>", found[0])

    def test_a_public_header_that_shows_a_third_party(self):
        found = self.findings_of({"include/sluice/a.hpp": "#include <fmt/format.h>\n"})
        self.assertIn("std and sluice only", found[0])

    def test_a_file_that_nobody_lists(self):
        found = self.findings_of({"src/log/CMakeLists.txt": "log.cpp", "src/log/log.cpp": "", "src/log/lost.cpp": ""})
        self.assertEqual(["src/log/lost.cpp: no CMakeLists.txt lists it: list it, or delete it"], found)

    def test_tests_with_parameters_that_get_none(self):
        files = {"src/log/CMakeLists.txt": "a_test.cpp b_test.cpp", "src/log/a_test.cpp": "TEST_P(Limits, Are) {\n}\n",
                 "src/log/b_test.cpp": ""}
        self.assertEqual(["src/log/a_test.cpp: nobody instantiates Limits: its tests do not run"], self.findings_of(files))
        files["src/log/b_test.cpp"] = "INSTANTIATE_TEST_SUITE_P(\n    On, Limits, all()\n);\n"
        self.assertEqual([], self.findings_of(files))

    def test_a_long_file(self):
        found = self.findings_of({"src/log/CMakeLists.txt": "log.cpp", "src/log/log.cpp": "\n" * 401})
        self.assertIn("401 lines", found[0])

    def test_banned_words(self):
        for text in ("// TO" "DO later", "using namespace std;", "auto t = std::chrono::system_clock::now();",
                     "std::this_thread::sleep_for(1s);", "int x;  // NOLINT"):
            found = self.findings_of({"src/log/CMakeLists.txt": "log.cpp", "src/log/log.cpp": text + "\n"})
            self.assertEqual(1, len(found), text)

    def test_too_few_tests(self):
        files = {"src/log/CMakeLists.txt": " ".join(f"f{n}.cpp" for n in range(30))}
        files.update({f"src/log/f{n}.cpp": "int x;\n" for n in range(30)})
        self.assertIn("lines of tests for", self.findings_of(files)[0])


if __name__ == "__main__":
    unittest.main()
