"""What an ordered topic must hold, judged from what Kafka's own console consumer prints: no code of Sluice is in the way."""

import collections
import subprocess

import jars
from cluster import Cluster

CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer"
PRODUCER = "org.apache.kafka.tools.ConsoleProducer"
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


def write(cluster, topic, forged):
    """Records that Sluice never wrote, by Kafka's own console producer: (subject, position, number) each."""
    command = cluster.nodes[0].java(
        "-XX:TieredStopAtLevel=1", PRODUCER, "--bootstrap-server", cluster.bootstrap, "--topic", topic,
        "--property", "parse.headers=true", "--property", "parse.key=true")
    lines = "".join(f"ce_subject:{subject},ce_subjectposition:{position},ce_sourcesequence:{number}\t{subject}\t{{}}\n"
                    for subject, position, number in forged)
    ran = subprocess.run([jars.java(), *command[1:]], input=lines, capture_output=True, text=True, check=False, timeout=120)
    if ran.returncode != 0:
        raise AssertionError(f"{topic} could not be written to: {ran.stderr[-2000:]}")


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


def sink_findings(sinks, records):
    """Of what the file sinks of several daemons hold, as (subject, position) in their order: at least once, in order; what one
    leaves out, another has handled."""
    wanted = {(record["ce_subject"], int(record["ce_subjectposition"])) for record in records}
    held = [set(sink) for sink in sinks]
    wrong = [f"{one}: in no sink" for one in sorted(wanted - set().union(*held))]
    wrong += [f"{one}: in a sink, and not in the ordered topic" for one in sorted(set().union(*held) - wanted)]
    for mine, sink in enumerate(sinks):
        others = set().union(*held[:mine], *held[mine + 1:])
        last = {}
        for subject, position in sink:
            for left_out in range(last.get(subject, 0) + 1, position):
                if (subject, left_out) not in others:
                    wrong.append(f"({subject!r}, {left_out}): sink {mine} had {position} before it")
            last[subject] = position
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
