#!/usr/bin/env python3
"""clang-tidy over the tree, of every file once: what was clean and has not changed since is not looked at again.
Sources of one folder are looked at together first (clang_tidy_batch.py), each by itself only where something is found.

usage: clang_tidy.py ROOT BUILD JOBS [FILE ...]     no FILE: all that BUILD compiles, sources before tests
exit 0: clean; 1: findings; 2: it could not be run

BUILD/clean holds a stamp for each clean file: the files it was made of (itself, every header of the project) and
one hash over their bytes, its compile command, the checks and clang-tidy's version. It may be interrupted and goes on.
"""

import concurrent.futures
import fnmatch
import functools
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

import clang_tidy_batch as batch

TOOL = os.environ.get("CLANG_TIDY", "clang-tidy-22")
# What is asked of tests: mistakes, names and sizes. Not how fast they are; not the analyzer, whose walk through a test
# takes longer than all else; not the checks that gtest's macros trip over.
OF_TESTS = ",".join([
    "-*", "clang-diagnostic-*", "bugprone-*", "-bugprone-easily-swappable-parameters", "-bugprone-exception-escape",
    "-bugprone-reserved-identifier", "-bugprone-stringview-nullptr", "-bugprone-unchecked-optional-access",
    "-bugprone-throwing-static-initialization", "-bugprone-std-namespace-modification",
    "-bugprone-suspicious-stringview-data-usage", "-bugprone-invalid-enum-default-initialization",
    "-bugprone-switch-missing-default-case", "-bugprone-unused-local-non-trivial-variable",
    "-bugprone-random-generator-seed", "misc-definitions-in-headers",
    "modernize-use-override", "google-explicit-constructor", "google-build-using-namespace",
    "readability-identifier-naming", "readability-function-size"])
# std::stable_sort of GCC 12's library calls what clang says is deprecated since C++17. Boost 1.74 looks for the
# coroutines of C++20 in GCC only.
FOR_CLANG = ["-Wno-deprecated-declarations", "-DBOOST_ASIO_HAS_CO_AWAIT", "-DBOOST_ASIO_HAS_STD_COROUTINE"]
TESTS = ["*_test.cpp", "*/test_*.cpp", "tests/*"]


def is_test(name):
    return any(fnmatch.fnmatch(name, pattern) for pattern in TESTS)


def compile_commands(build):
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    return {os.path.realpath(os.path.join(one["directory"], one["file"])): one for one in entries}


@functools.lru_cache(maxsize=None)
def hash_of(path):
    try:
        return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    except OSError:
        return "gone"


class Checker:
    def __init__(self, root, build):
        self.root, self.build = root, build
        self.commands = compile_commands(build)
        version = subprocess.run([TOOL, "--version"], check=True, capture_output=True, text=True).stdout
        self.common = version + (root / ".clang-tidy").read_text(encoding="utf-8")

    def names(self):
        names = [os.path.relpath(path, self.root) for path in self.commands]
        inside = [name for name in names if not name.startswith(("..", "build/", "cmake/"))]
        return sorted(inside, key=lambda name: (is_test(name), name))

    def stamp(self, name):
        return self.build / "clean" / (name + ".stamp")

    def key(self, name, parts):
        text = self.common + (OF_TESTS if is_test(name) else "") + self.commands[str(self.root / name)]["command"]
        text += "".join(part + hash_of(str(self.root / part)) for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()

    def unchanged(self, name):
        stamp = self.stamp(name)
        if not stamp.is_file():
            return False
        key, *parts = stamp.read_text(encoding="utf-8").splitlines() or [""]  # empty: an interrupted write
        return key == self.key(name, parts)

    def words(self, name):
        """The compile command, without ccache and without what it writes."""
        words = shlex.split(self.commands[str(self.root / name)]["command"])
        if pathlib.PurePath(words[0]).name == "ccache":
            del words[0]
        del words[words.index("-o"):words.index("-o") + 2]
        return words

    def flags(self, name):
        words = self.words(name)[1:]
        del words[words.index("-c"):words.index("-c") + 2]
        return tuple(words)

    def parts(self, name):
        """The file and the project's headers in it, as the compiler reads them now."""
        directory = self.commands[str(self.root / name)]["directory"]
        made = subprocess.run([*self.words(name), "-MM"], cwd=directory, check=True, capture_output=True, text=True)
        paths = made.stdout.replace("\\\n", " ").split(":", 1)[1].split()
        return sorted({os.path.relpath(os.path.join(directory, path), self.root) for path in paths})

    def check(self, name):
        """What was found, as text; empty: clean, and stamped."""
        try:
            parts = self.parts(name)
        except subprocess.CalledProcessError as error:
            return f"{name} does not compile:\n{error.stderr}"
        key = self.key(name, parts)  # before: what changes while it is looked at is looked at again
        command = [TOOL, "-p", str(self.build), "--quiet", *(f"--extra-arg={flag}" for flag in FOR_CLANG)]
        if is_test(name):
            command.append(f"--checks={OF_TESTS}")  # after those of .clang-tidy
        run = subprocess.run([*command, str(self.root / name)], cwd=self.root, capture_output=True, text=True)
        if run.returncode:
            return run.stdout + ("" if "error:" in run.stdout else run.stderr)
        self.write_stamp(name, key, parts)
        return ""

    def check_together(self, names):
        """Stamps those of one folder that are clean; how many, and what was found in the others together.

        It may be that of a text that is none of theirs, so they are looked at alone before it counts.
        """
        keys = {}
        for name in names:
            try:
                parts = self.parts(name)
            except subprocess.CalledProcessError:
                continue  # said when it is looked at alone
            keys[name] = (self.key(name, parts), parts)
        flags = ["-iquote", str((self.root / names[0]).parent), *self.flags(names[0]), *FOR_CLANG]
        checks = [f"--checks={OF_TESTS}"] if is_test(names[0]) else []
        path = self.build / "batch" / names[0]
        told = []

        def ask(text, only):
            command = [TOOL, "--quiet", *([f"--checks={only}"] if only else checks), str(text.path), "--", *flags]
            run = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
            if not only:
                told.extend(text.told(run.stdout))
            return run.returncode, run.stdout

        clean = batch.clean_together(keys, lambda some: batch.Text(self.root, path, some), ask)
        for name in clean:
            self.write_stamp(name, *keys[name])
        return len(clean), told

    def write_stamp(self, name, key, parts):
        stamp = self.stamp(name)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text("\n".join([key, *parts]) + "\n", encoding="utf-8")


def main(root, build, jobs, wanted):
    checker = Checker(root, build)
    names = [os.path.relpath(os.path.realpath(root / name), root) for name in wanted] or checker.names()
    unknown = [name for name in names if str(root / name) not in checker.commands]
    if unknown:
        print(f"nothing compiles {', '.join(unknown)}: headers are checked with the sources that include them")
        return 2
    todo = [name for name in names if not checker.unchanged(name)]
    print(f"{len(names)} files, {len(names) - len(todo)} clean and unchanged", flush=True)
    found = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        groups = batch.groups_of(todo, lambda name: (is_test(name), checker.flags(name)))
        for group, (clean, told) in zip(groups, pool.map(checker.check_together, groups)):
            print("\n".join([f"{os.path.dirname(group[0])}: {clean} of {len(group)} clean together", *told]), flush=True)
        todo = [name for name in todo if not checker.unchanged(name)]
        for done, (name, text) in enumerate(zip(todo, pool.map(checker.check, todo)), 1):
            found += bool(text)
            print(f"[{done}/{len(todo)}] {name}" + (f"\n{text}" if text else ""), flush=True)
    print(f"findings in {found} files" if found else "clean")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) < 4 or not sys.argv[3].isdecimal() or int(sys.argv[3]) < 1:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3]),
                      sys.argv[4:]))
    except OSError as error:
        print(f"{error}: ./dev setup installs {TOOL}, ./dev tidy makes compile_commands.json", file=sys.stderr)
        sys.exit(2)
