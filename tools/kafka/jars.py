"""Apache Kafka's jars, resolved by Maven from pom.xml into build/kafka/jars, once per version of that file."""

import fcntl
import hashlib
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
JARS = HERE.parents[1] / "build" / "kafka" / "jars"


class Trouble(Exception):
    """Says what is wrong and what to do about it."""


def tool(name, package):
    found = shutil.which(name)
    if not found:
        raise Trouble(f"{name} is not installed: ./dev setup, or apt-get install {package}")
    return found


def java():
    return tool("java", "openjdk-17-jdk-headless")


def fetch(jars, stamp, version):
    mvn = tool("mvn", "maven")
    shutil.rmtree(jars, ignore_errors=True)
    command = [mvn, "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies", "-DincludeScope=runtime",
               f"-DoutputDirectory={jars}"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise Trouble(f"Maven could not resolve Kafka's jars ({HERE / 'pom.xml'}):\n{(ran.stdout + ran.stderr).strip()}")
    stamp.write_text(version, encoding="utf-8")


def classpath(jars=JARS):
    """The class path of Kafka; several processes may ask at once, one of them fetches."""
    version = hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()
    stamp = jars.with_suffix(".version")
    jars.parent.mkdir(parents=True, exist_ok=True)
    with open(jars.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == version and any(jars.glob("kafka_*.jar"))):
            fetch(jars, stamp, version)
    return str(jars / "*")
