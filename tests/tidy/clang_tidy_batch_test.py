#!/usr/bin/env python3
"""Sources looked at together: what cannot stand beside the others is put apart, and nothing with a finding is clean."""

import pathlib
import random
import re
import tempfile
import unittest

import clang_tidy_batch as batch


class Tool:
    """Stands for clang-tidy: `int NAME` twice in a text does not compile, `fault` is a finding of the real checks."""

    def __init__(self, root):
        self.root, self.texts = root, []

    def write(self, names):
        return batch.Text(self.root, self.root / "build/batch" / names[0], names)

    def ask(self, text, checks):
        said, seen = [], set()
        lines = pathlib.Path(text.path).read_text().splitlines()
        self.texts.append((checks, len(text.names)))
        for number, line in enumerate(lines, 1):
            name = re.match(r"int (\w+)", line)
            if name and name[1] in seen:
                said.append(f"{text.path}:{number}:5: error: redefinition of '{name[1]}' [clang-diagnostic-error]")
            seen.add(name and name[1])
            if checks is None and "fault" in line:
                said.append(f"{text.path}:{number}:1: error: a fault [bugprone-fault,-warnings-as-errors]")
            if checks is None and "header" in line:
                said.append(f"{self.root}/src/a.hpp:1:1: error: a fault [bugprone-fault,-warnings-as-errors]")
        return bool(said), "".join(f"{one}\n{' ' * 4}^\n" for one in said)


class Together(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        (self.root / "src").mkdir()
        self.tool = Tool(self.root)

    def clean(self, **sources):
        names = [f"src/{name}.cpp" for name in sources]
        for name, text in zip(names, sources.values()):
            (self.root / name).write_text(text)
        found = batch.clean_together(names, self.tool.write, self.tool.ask)
        return [pathlib.Path(name).stem for name in found]

    def test_all_in_one_text(self):
        self.assertEqual(self.clean(a="int a;", b="int b;\n\n", c="int c;\n"), ["a", "b", "c"])
        self.assertEqual(self.tool.texts, [(batch.COMPILES, 3), (None, 3)])

    def test_a_name_that_two_use_parts_them(self):
        self.assertEqual(self.clean(a="int x;", b="int x;", c="int c;", d="int x;", e="int x;\nint e;"), ["a", "c"])
        self.assertEqual(self.clean(a="int x;", b="int x;\nint b;", c="int c;", d="int d;\nint c;"),
                         ["a", "c", "b", "d"])

    def test_a_finding_is_that_of_its_source_only(self):
        self.assertEqual(self.clean(a="int a;\n\n", b="int b;\n// fault\n", c="int c;"), ["a", "c"])
        self.assertEqual(self.clean(a="int a;  // fault", b="int b;", c="int c;  // fault"), ["b"])

    def test_a_finding_is_told_where_it_is_written(self):
        self.clean(a="int a;\n\n", b="int b;\n// fault\n", c="int c;  // header")
        text = self.tool.write(["src/a.cpp", "src/b.cpp", "src/c.cpp"])
        self.assertEqual(text.told(self.tool.ask(text, None)[1]),
                         ["src/b.cpp:2: a fault [bugprone-fault,-warnings-as-errors]",
                          f"{self.root}/src/a.hpp:1: a fault [bugprone-fault,-warnings-as-errors]"])

    def test_a_finding_in_a_header_may_concern_any(self):
        self.assertEqual(self.clean(a="int a;", b="int b;  // header", c="int c;"), [])

    def test_what_does_not_compile_alone_does_not_hold_up_the_others(self):
        self.assertEqual(self.clean(a="int a;\nint a;", b="int b;", c="int c;"), ["b", "c"])
        self.assertEqual(self.clean(a="int a;\nint a;", b="int b;\nint b;"), [])

    def test_random_sources(self):
        seed = random.randrange(1 << 32)
        draw = random.Random(seed)
        for _ in range(200):
            sources = {f"s{at}": "".join(f"int v{draw.randrange(12)};" + draw.choice(["", "", "", "", "// fault"]) + "\n"
                                         for _ in range(draw.randrange(1, 4)))
                       for at in range(draw.randrange(2, 9))}
            for name in self.clean(**sources):
                lines = sources[name].splitlines()
                self.assertNotIn("fault", sources[name], f"seed {seed}")
                self.assertEqual(len(lines), len({line.split(";")[0] for line in lines}), f"seed {seed}")


class Groups(unittest.TestCase):
    def test_one_folder_one_kind_and_not_too_many(self):
        names = ["a/x.cpp", "b/x.cpp", "a/y.cpp", "a/x_test.cpp", *(f"c/{at}.cpp" for at in range(batch.LIMIT + 3))]
        groups = batch.groups_of(names, lambda name: "_test" in name)
        self.assertEqual(groups[0], ["a/x.cpp", "a/y.cpp"])
        self.assertEqual([len(some) for some in groups], [2, batch.LIMIT, 3])


if __name__ == "__main__":
    unittest.main()
