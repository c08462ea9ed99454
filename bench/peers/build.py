"""The peers of bench/kafka, built by Maven into build/bench/peers, once per version of their sources."""

import fcntl
import hashlib
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "bench" / "peers"
NOT_TO_BE_HAD = re.compile(r"Non-resolvable|Could not resolve|Could not transfer|could not be resolved")


class Missing(Exception):
    """What cannot be built on this machine, and why."""


def version():
    sources = sorted(one for one in HERE.rglob("*") if one.suffix in (".java", ".xml", ".config"))
    return hashlib.sha256(b"".join(one.read_bytes() for one in sources)).hexdigest()


def maven(build):
    ran = subprocess.run(["mvn", "-B", "-q", "-f", HERE / "pom.xml", f"-Dpeers.build={build}", "clean", "package"],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if ran.returncode == 0:
        return
    errors = "\n".join(line for line in ran.stdout.splitlines() if "ERROR" in line)
    if NOT_TO_BE_HAD.search(errors):
        raise Missing(f"Maven cannot resolve what {HERE} names:\n{errors}")
    raise RuntimeError(ran.stdout)


def built(build=BUILD):
    """Where they lie; several may ask at once, one of them builds."""
    for tool, package in (("mvn", "maven"), ("javac", "openjdk-17-jdk-headless")):
        if not shutil.which(tool):
            raise Missing(f"{tool} is not installed: ./dev setup, or apt-get install {package}")
    build.mkdir(parents=True, exist_ok=True)
    stamp = build / "version"
    with open(build / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == version()):
            maven(build)
            stamp.write_text(version(), encoding="utf-8")
    return build
