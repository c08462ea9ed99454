#!/usr/bin/env python3
"""Builds the project with one fault at a time and says which tests find it.

usage: mutate.py ROOT [NAME ...]     exit 0: every mutant was caught; 1: some were not, each is named
       mutate.py ROOT --fit          builds nothing: only whether each mutant still fits the code
The copy and its build lie in ROOT/build/mutants, so that a second run only builds what differs.
"""

import os
import pathlib
import shutil
import subprocess
import sys

from mutants import MUTANTS

SECONDS_MAX = 600  # for one test program: a mutant that hangs is caught


def copy_tree(root, copy):
    """Tracked files only; times are kept, so that the build does not begin anew."""
    names = subprocess.run(["git", "-C", str(root), "ls-files"], check=True, capture_output=True, text=True)
    for name in names.stdout.split():
        source, target = root / name, copy / name
        if not source.is_file():
            continue
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def build(copy, programs):
    tree = copy / "build" / "dev"
    if not (tree / "build.ninja").is_file():
        subprocess.run(["cmake", "--preset", "dev"], cwd=copy, check=True, stdout=subprocess.DEVNULL)
    targets = [pathlib.PurePosixPath(program).name for program in programs]
    jobs = os.environ.get("SLUICE_JOBS", str(os.cpu_count()))
    made = subprocess.run(["cmake", "--build", str(tree), "--parallel", jobs, "--target", *targets],
                          cwd=copy, capture_output=True, text=True)
    if made.returncode:
        print(made.stdout[-2000:] + made.stderr[-2000:])
    return made.returncode == 0


def failing(copy, tests):
    """Names of the tests that fail, of the first program in which one does."""
    for program, only in tests:
        try:
            run = subprocess.run([str(copy / "build" / "dev" / program), f"--gtest_filter={only}"],
                                 capture_output=True, text=True, timeout=SECONDS_MAX,
                                 env={**os.environ, "SLUICE_SEED": "1"})
        except subprocess.TimeoutExpired:
            return [f"{program} hangs"]
        if run.returncode:
            lines = [line.split() for line in run.stdout.splitlines()]
            found = [line[3].rstrip(",") for line in lines if line[:3] == ["[", "FAILED", "]"] and "." in line[3]]
            begun = [line[3] for line in lines if line[:3] == ["[", "RUN", "]"]]
            died = [f"{begun[-1]}, where an assertion ends {program}"] if begun else [f"{program} ends ({run.returncode})"]
            return list(dict.fromkeys(found)) if run.returncode > 0 and found else died
    return []


def misfit(root, mutant):
    """What keeps the mutant from being made; None: nothing."""
    name, _, file, old, _, _ = mutant
    path = root / file
    times = path.read_text(encoding="utf-8").count(old) if path.is_file() else 0
    return None if times == 1 else f"{name}: its text stands {times} times in {file}: move the mutant with the code"


def try_mutant(copy, mutant):
    name, _, file, old, new, tests = mutant
    if problem := misfit(copy, mutant):
        return problem
    path = copy / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        if not build(copy, [program for program, _ in tests]):
            return f"{name}: does not build"
        caught = failing(copy, tests)
        if not caught:
            return f"{name}: NOT CAUGHT"
        print(f"{name}: caught by {caught[0]}" + (f" and {len(caught) - 1} more" if len(caught) > 1 else ""), flush=True)
        return None
    finally:
        path.write_text(text, encoding="utf-8")


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    if sys.argv[2:] == ["--fit"]:
        problems = list(filter(None, (misfit(root, mutant) for mutant in MUTANTS)))
        print("\n".join(problems) or f"{len(MUTANTS)} mutants fit")
        return 1 if problems else 0
    wanted = set(sys.argv[2:])
    copy = root / "build" / "mutants"
    copy_tree(root, copy)
    chosen = [mutant for mutant in MUTANTS if not wanted or mutant[0] in wanted]
    if wanted - {mutant[0] for mutant in chosen}:
        sys.exit(f"unknown: {', '.join(sorted(wanted - {mutant[0] for mutant in chosen}))}")
    programs = sorted({program for mutant in chosen for program, _ in mutant[5]})
    if not build(copy, programs):
        sys.exit("the tree does not build without a fault")
    for program in programs:
        if failing(copy, [(program, "*")]):
            sys.exit(f"{program} fails without a fault")
    missed = [problem for problem in (try_mutant(copy, mutant) for mutant in chosen) if problem]
    for problem in missed:
        print(problem)
    print(f"{len(chosen) - len(missed)} of {len(chosen)} mutants caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
