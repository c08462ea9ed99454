"""What an ordered topic must hold, judged from what Kafka's own console consumer prints: no code of Sluice is in the way."""

import collections
import subprocess

import jars
from cluster import Cluster

CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer"
PAIR, END = "<pair>", "<end>"


def committed_records(cluster: Cluster, topic: str, count: int):
    """The headers of the topic's committed records, as dicts: `count` of them, or what there is after some seconds."""
    for patience_ms in (4000, 60000):  # on a busy machine the consumer may need the first for its start alone
        records, words = printed(cluster, topic, patience_ms)
        if len(records) >= count:
            return records
    raise AssertionError(f"{topic} has {len(records)} committed records, not {count}: {words}")


def printed(cluster, topic, patience_ms):
    command = cluster.nodes[0].java(
        "-XX:TieredStopAtLevel=1", CONSUMER, "--bootstrap-server", cluster.bootstrap, "--topic", topic, "--from-beginning",
        "--isolation-level", "read_committed", "--timeout-ms", str(patience_ms), "--property", "print.headers=true",
        "--property", "print.value=false", "--property", f"headers.separator={PAIR}", "--property", f"line.separator={END}")
    ran = subprocess.run([jars.java(), *command[1:]], capture_output=True, check=False, timeout=240)
    # One header is binary.
    records = []
    for record in ran.stdout.decode("utf-8", errors="replace").split(END):
        if "ce_subjectposition:" in record:
            records.append(dict(pair.split(":", 1) for pair in record.strip().split(PAIR) if ":" in pair))
    return records, ran.stderr.decode("utf-8", errors="replace")[-2000:]


def findings(records, published):
    """Everything that is wrong with these records, given the published (subject, number) pairs."""
    wrong = []
    subjects = collections.defaultdict(list)
    for record in records:
        subjects[record["ce_subject"]].append(record)
    for subject, of_subject in sorted(subjects.items()):
        positions = [int(record["ce_subjectposition"]) for record in of_subject]
        if positions != list(range(1, len(positions) + 1)):
            wrong.append(f"{subject}: positions {positions}")
        numbers = [int(record["ce_sourcesequence"]) for record in of_subject]
        if numbers != sorted(set(numbers)):
            wrong.append(f"{subject}: numbers {numbers}")
    ordered = {(record["ce_subject"], int(record["ce_sourcesequence"])) for record in records}
    for missing in sorted(published - ordered):
        wrong.append(f"{missing}: is not in the ordered topic")
    for surplus in sorted(ordered - published):
        wrong.append(f"{surplus}: was never published")
    return wrong


def heard(records):
    """subject -> the positions that a listener takes who passes over one that is not above the last of its subject."""
    taken = {}
    for record in records:
        of_subject = taken.setdefault(record["ce_subject"], [])
        position = int(record["ce_subjectposition"])
        if not of_subject or position > of_subject[-1]:
            of_subject.append(position)
    return taken
