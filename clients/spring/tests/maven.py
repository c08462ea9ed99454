"""Maven on clients/spring; what it makes lies in the build directory."""

import fcntl
import os
import pathlib
import re
import shutil
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[1]
SKIPPED = 77  # ctest's word for it
NOT_TO_BE_HAD = re.compile(r"Non-resolvable|Could not resolve|Could not transfer|could not be resolved")


class Missing(Exception):
    """What cannot be built on this machine, and why."""


def run(build, *arguments, env=None):
    """Answers what Maven wrote; several test runs of one build directory wait for each other."""
    for tool, package in (("mvn", "maven"), ("javac", "openjdk-17-jdk-headless")):
        if not shutil.which(tool):
            raise Missing(f"{tool} is not installed: ./dev setup, or apt-get install {package}")
    target = pathlib.Path(build) / "spring"
    target.mkdir(parents=True, exist_ok=True)
    with open(target / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = subprocess.run(["mvn", "-B", "-f", PROJECT / "pom.xml", f"-Dsluice.build={target}", *arguments],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                             env={**os.environ, **(env or {})})
    if ran.returncode == 0:
        return ran.stdout
    errors = "\n".join(line for line in ran.stdout.splitlines() if "[ERROR]" in line)
    if NOT_TO_BE_HAD.search(errors):
        raise Missing(f"Maven cannot resolve what {PROJECT / 'pom.xml'} names:\n{errors}")
    raise AssertionError(ran.stdout)
