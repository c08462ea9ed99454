#!/usr/bin/env python3
"""./dev bench kafka: Sluice on a broker of its own, beside raw librdkafka and, with --peers, beside other products.

NAME is kafka (throughput), kafka-latency (what is added to an event's way), kafka-bytes (what is written per byte of input),
kafka-restore (how long a machine that has nothing takes; EVENTS are subjects)."""

import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tools" / "kafka"), str(HERE / "peers")]

import build as peers  # noqa: E402
from cluster import Cluster  # noqa: E402
from jars import Trouble  # noqa: E402

BINARY = HERE.parent / "build" / "release" / "bench" / "sluice_bench"
# Events without --peers; a number that takes some seconds a figure.
EVENTS = {"kafka": 300_000, "kafka-latency": 100_000, "kafka-bytes": 300_000, "kafka-restore": 1_000_000}
EVENTS_BESIDE_PEERS = 1_000_000  # a JVM needs some time until it is warm


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split(": ", 1)[1],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=EVENTS, metavar="NAME")
    parser.add_argument("events", nargs="?", type=int, metavar="EVENTS")
    parser.add_argument("--peers", action="store_true",
                        help="kafka: Kafka Streams and Parallel Consumer over the same events (bench/peers; needs Maven)")
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=pathlib.Path, default=HERE.parent / "build" / "kafka" / "bench",
                        help="where the broker lives (%(default)s)")
    options = parser.parse_args(arguments)
    if options.peers and options.name != "kafka":
        parser.error("--peers is of kafka")
    if options.events is None:
        options.events = EVENTS_BESIDE_PEERS if options.peers else EVENTS[options.name]
    return options


def measure(options):
    environment = dict(os.environ)
    environment.pop("SLUICE_BENCH_PEERS", None)
    if options.peers:
        environment["SLUICE_BENCH_PEERS"] = str(peers.built())
    left = Cluster.load(options.directory)  # by a run that was cut off
    if left is not None:
        left.wipe()
    with Cluster.create(options.directory) as cluster:
        environment["SLUICE_BENCH_BROKER"] = cluster.bootstrap
        environment["SLUICE_BENCH_BROKER_DATA"] = str(cluster.nodes[0].folder / "data")
        return subprocess.run([options.binary, options.name, str(options.events)], env=environment, check=False).returncode


def main():
    options = parse(sys.argv[1:])
    try:
        sys.exit(measure(options))
    except (Trouble, peers.Missing) as trouble:
        print(f"./dev bench: {trouble}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
