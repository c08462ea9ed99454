#!/usr/bin/env python3
"""./dev kafka: real Apache Kafka (KRaft) on this machine, for trying things and for tests."""

import argparse
import pathlib
import sys
import tempfile

import wire
from cluster import Cluster
from jars import JARS, Trouble
from node import HOST

FOLDER = JARS.parent / "cluster"
TOOLS = {"topics": "org.apache.kafka.tools.TopicCommand", "configs": "kafka.admin.ConfigCommand",
         "groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "acls": "org.apache.kafka.tools.AclCommand",
         "transactions": "org.apache.kafka.tools.TransactionsCommand"}


def up(options):
    cluster = Cluster.create(options.directory, options.brokers, options.port, dict(options.set), options.secured,
                             dies_with_parent=False)
    print(cluster.bootstrap)
    if options.secured:
        print(f"with user admin or sluice, password NAME-password (SASL PLAIN): {cluster.secured_bootstrap}",
              file=sys.stderr)


def loaded(options):
    cluster = Cluster.load(options.directory)
    if cluster is None:
        raise Trouble(f"no cluster in {options.directory}: ./dev kafka up")
    return cluster


def down(options):
    cluster = Cluster.load(options.directory)
    if cluster is not None:
        cluster.wipe() if options.wipe else cluster.stop_all()


def status(options):
    cluster = loaded(options)
    for node in cluster.nodes:
        try:
            knows = [str(one[0]) for one in wire.brokers(HOST, node.port)] if node.running() else []
        except OSError:
            knows = []
        state = f"serves, knows brokers {' '.join(knows)}" if knows else "does not answer" if node.running() else "down"
        print(f"broker {node.id}  {node.address}  pid {node.pid() or '-'}  {state}  log {node.log_file}")
    if not all(node.running() for node in cluster.nodes):
        sys.exit(1)


def run(options):
    """Brokers for a test program: `ready BOOTSTRAP [SECURED]` on stdout, then a command a line on stdin, each answered by
    `ok` or `error WHY`. At the end of stdin the brokers and their data go."""
    with tempfile.TemporaryDirectory(prefix="sluice-kafka-") as folder:
        where = pathlib.Path(folder) / "cluster"
        with Cluster.create(where, options.brokers, settings=dict(options.set), secured=options.secured) as cluster:
            print("ready", cluster.bootstrap, cluster.secured_bootstrap, flush=True)
            for line in sys.stdin:
                print(answer(cluster, line.split()), flush=True)


def answer(cluster, words):
    acts = {"kill": lambda node: node.kill(), "stop": lambda node: node.stop(),
            "start": lambda node: cluster.start(node.id), "pause": lambda node: node.pause(),
            "resume": lambda node: node.resume()}
    try:
        act, node_id = words
        acts[act](cluster.node(int(node_id)))
        return "ok"
    except (KeyError, ValueError):
        return f"error not a command: {' '.join(words)}; kill, stop, start, pause or resume, and a broker's number"
    except Trouble as trouble:
        return "error " + " ".join(str(trouble).split())


def tool(options):
    loaded(options).run_tool(TOOLS[options.command], options.arguments)


def setting(text):
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE, such as log.segment.bytes=1048576")
    return name, value


def port(text):
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 1 to 65535")
    return int(text)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev kafka", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--directory", default=FOLDER, type=pathlib.Path, help="where it lives (%(default)s)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, act, text in (("up", up, "start it, or find it running; prints the bootstrap address"),
                            ("run", run, "for test programs: brokers that live as long as stdin")):
        one = commands.add_parser(name, help=text)
        one.add_argument("--brokers", type=int, default=1, metavar="N", help="1 (default) to 9; each is a controller too")
        one.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help="a broker's setting")
        one.add_argument("--secured", action="store_true", help="a second listener that asks for a password, and ACLs")
        one.set_defaults(act=act, port=None)
        if name == "up":
            one.add_argument("--port", type=port, help="the first broker's; free ports by default")
    one = commands.add_parser("down", help="stop it")
    one.add_argument("--wipe", action="store_true", help="its data goes, too")
    one.set_defaults(act=down)
    commands.add_parser("status", help="each broker, and whether it serves; exit 1 when one is down").set_defaults(act=status)
    for name in TOOLS:
        one = commands.add_parser(name, help=f"Kafka's own kafka-{name} on this cluster", add_help=False)
        one.set_defaults(act=tool)
    options, options.arguments = parser.parse_known_args(arguments)
    if options.arguments and options.command not in TOOLS:
        parser.error(f"unknown: {' '.join(options.arguments)}")
    return options


def main():
    options = parse(sys.argv[1:])
    try:
        options.act(options)
    except Trouble as trouble:
        print(f"./dev kafka: {trouble}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
