#!/usr/bin/env python3
"""Holds the tree to docs/contributing/style.md: sizes, layers, banned names, files that nobody lists.

usage: tidy.py ROOT        exit 0: clean; 1: findings, one a line with what to do
"""

import pathlib
import re
import statistics
import subprocess
import sys

FILE_LINES_MAX = 400
MEDIAN_LINES_MAX = 120
TESTS_PER_CODE_MIN = 1.0
COLUMNS_MAX = 120  # clang-format breaks at 100; what it cannot break may be a little longer

# A folder may include itself and what stands above it; runtime and below may use all.
LAYERS = ["base", "event", "contract", "sequence", "dispatch", "lag", "rebuild", "grow", "plan", "guide", "log", "project", "cast", "state", "store", "deliver",
          "saga", "twophase", "http", "trace", "outbox", "runtime", "orchestrate", "transact", "observe", "doctor", "infer", "daemon", "sim"]
FREE_FROM = LAYERS.index("runtime")
# The cores do no I/O: they see the ground floor only.
PURE = {"sequence": {"base", "event"}, "dispatch": {"base", "event"}, "lag": {"base"}, "rebuild": {"base"}, "grow": {"base", "dispatch"}, "plan": {"base"},
        "saga": {"base", "event"}, "twophase": {"base", "event"}}
# Within a large folder the same, floor by floor from the ground; what stands in the folder itself is its roof.
FLOORS = {"runtime": ["domain", "subjects", "inspect", "states", "sequencing", "dispatching", "engine", "rebuild", "grow"],
          "daemon": ["render", "verbs", "access", "logging", "config", "operations", "metrics", "subscriptions", "api"]}
GENERATED = ("daemon/version.hpp",)
# Third-party headers and the only folders that may see them.
OWNERS = {"rocksdb/": ("src/log/embedded/", "src/log/kafka/", "bench/"), "librdkafka/": ("src/log/kafka/", "tests/", "bench/"), "soci": ("src/store/",),
          "sqlite3.h": ("src/store/", "commerce/oracle/", "commerce/events/", "tests/", "bench/"),
          "libpq-fe.h": ("src/store/postgres/", "src/outbox/relay/"), "mysql.h": ("src/store/mysql/",),
          "yaml-cpp/": ("src/contract/",), "httplib.h": ("src/http/", "tests/"), "CLI/": ("apps/",),
          "valijson/": ("src/contract/", "bench/"), "cmark": ("src/guide/",), "jq.h": ("src/project/",), "jv.h": ("src/project/",), "csv.h": ("commerce/csv/",),
          "boost/": ("src/deliver/push/",), "openssl/": ("src/deliver/push/", "src/http/")}
BANNED = [
    (r"\bstd::(mt19937|default_random_engine)\s+\w+\{?\(?std::random_device", "seed it with test::seed(), and print it"),
    (r"\bstd::this_thread::sleep_for\b", "wait for a condition, not for time (allowed in tests/ and with a NOLINT)"),
    (r"\b(TODO|FIXME|XXX)\b", "finish it, or write an issue"),
    (r"\busing namespace std\b", "name what you use"),
    (r"\bsystem_clock::now\b", "read base/clock.hpp's Clock"),
    (r"/(work|home)/[a-z]", "no path of a machine in the tree"),
]
CLOCK_OWNER = "src/base/time.cpp"

PARAMETERIZED = re.compile(r"^TEST_P\(\s*(\w+)", re.MULTILINE)
INSTANTIATED = re.compile(r"INSTANTIATE_TEST_SUITE_P\(\s*\w*\s*,\s*(\w+)")

def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def is_test(name):
    return (name.endswith("_test.cpp") or name.startswith("tests/") or "/test_" in name or "/testing/" in name
            or "/conformance_" in name or "_fixture" in name or "/random_event" in name or "/crash_" in name or "_reference." in name
            or name.endswith("_test.py") or name.startswith("commerce/cases/") or "temp_dir" in name or "/sample." in name)


def layer_findings(name, lines):
    parts = name.split("/")
    if parts[0] != "src" or parts[1] not in LAYERS or is_test(name):
        return
    here = parts[1]
    for number, line in enumerate(lines, 1):
        found = re.match(r'#include "([a-z]+)/', line)
        if not found or found.group(1) not in LAYERS or found.group(1) == here:
            continue
        other = found.group(1)
        if here in PURE and other not in PURE[here]:
            yield f"{name}:{number}: a pure core may include {sorted(PURE[here])} only, not {other}"
        elif LAYERS.index(here) < FREE_FROM and LAYERS.index(other) > LAYERS.index(here):
            yield f"{name}:{number}: {here} stands above {other} in the layers and may not include it"


def floor_findings(name, lines):
    parts = name.split("/")
    floors = FLOORS.get(parts[1], []) if parts[0] == "src" and len(parts) > 3 else []
    if not floors or is_test(name):
        return
    if parts[2] not in floors:
        yield f"{name}: {parts[2]} has no floor in {parts[1]}: say which in tidy.py"
        return
    for number, line in enumerate(lines, 1):
        found = re.match(rf'#include "{parts[1]}/(?:([a-z]+)/)?', line)
        if not found or line.split('"')[1] in GENERATED:
            continue
        other = found.group(1)
        if other not in floors or floors.index(other) > floors.index(parts[2]):
            yield f"{name}:{number}: {other or 'the roof'} stands above {parts[2]} in {parts[1]} and may not be included"


def owner_findings(name, lines):
    for number, line in enumerate(lines, 1):
        found = re.match(r"#include <([^>]+)>", line)
        if not found:
            continue
        for header, owners in OWNERS.items():
            if found.group(1).startswith(header) and not name.startswith(owners):
                yield f"{name}:{number}: only {', '.join(owners)} may include <{found.group(1)}>"
    if name.startswith("include/"):
        for number, line in enumerate(lines, 1):
            if re.match(r'#include ("|<(fmt|nlohmann|rocksdb|soci|yaml-cpp)/)', line):
                yield f"{name}:{number}: a public header shows std and sluice only"


def text_findings(name, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and "http" not in line and 'R"(' not in line:
            yield f"{name}:{number}: {len(line)} columns; run ./dev format, or break the line"
        if "NOLINT" in line:
            if not re.search(r"NOLINT(NEXTLINE|BEGIN|END)?\([^)]+\)", line):
                yield f"{name}:{number}: a NOLINT names its check and the reason"
            continue
        for pattern, advice in BANNED:
            if not re.search(pattern, line):
                continue
            if "sleep_for" in pattern and is_test(name):
                continue
            if "system_clock" in pattern and name == CLOCK_OWNER:
                continue
            yield f"{name}:{number}: {advice}"


def parameter_findings(sources):
    """A suite of TEST_P that nobody instantiates does not run, and ctest, which asks for names of tests, is not told."""
    made = {suite for lines in sources.values() for suite in INSTANTIATED.findall("\n".join(lines))}
    for name, lines in sorted(sources.items()):
        for suite in sorted(set(PARAMETERIZED.findall("\n".join(lines))) - made):
            yield f"{name}: nobody instantiates {suite}: its tests do not run"


def listing_findings(root, names):
    listed = {}
    for name in names:
        if name.endswith("CMakeLists.txt"):
            listed[str(pathlib.PurePosixPath(name).parent)] = (root / name).read_text(encoding="utf-8")
    for name in names:
        if not name.endswith((".cpp", ".hpp")) or name.startswith(("include/", "cmake/")):
            continue
        folder = pathlib.PurePosixPath(name).parent
        while str(folder) not in listed and str(folder) != ".":
            folder = folder.parent
        below = str(pathlib.PurePosixPath(name).relative_to(folder))
        if below not in listed.get(str(folder), "") and not name.endswith("hpp"):
            yield f"{name}: no CMakeLists.txt lists it: list it, or delete it"


def size_findings(sources):
    code = {name: len(lines) for name, lines in sources.items()}
    for name, count in sorted(code.items()):
        if count > FILE_LINES_MAX:
            yield f"{name}: {count} lines; at most {FILE_LINES_MAX}: split it by concept"
    if len(code) > 20:
        median = statistics.median(code.values())
        if median > MEDIAN_LINES_MAX:
            yield f"the median source file has {median} lines; at most {MEDIAN_LINES_MAX}"
        tests = sum(count for name, count in code.items() if is_test(name))
        product = sum(code.values()) - tests
        if tests < TESTS_PER_CODE_MIN * product:
            yield f"{tests} lines of tests for {product} of code: at least {TESTS_PER_CODE_MIN} each"


def tracked(root):
    out = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"],
                         check=True, capture_output=True, text=True).stdout
    return [name for name in out.splitlines() if (root / name).is_file()]


def findings(root, names):
    sources = {name: lines_of(root / name) for name in names if name.endswith((".cpp", ".hpp"))}
    for name, lines in sorted(sources.items()):
        yield from layer_findings(name, lines)
        yield from floor_findings(name, lines)
        yield from owner_findings(name, lines)
        yield from text_findings(name, lines)
    yield from parameter_findings(sources)
    yield from listing_findings(root, names)
    python = {name: lines_of(root / name) for name in names if name.endswith((".py", ".sh")) or name == "dev"}
    yield from size_findings({**sources, **python})


def main():
    root = pathlib.Path(sys.argv[1])
    count = 0
    for finding in findings(root, tracked(root)):
        print(finding)
        count += 1
    if count:
        print(f"tidy: {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
