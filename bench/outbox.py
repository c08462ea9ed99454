#!/usr/bin/env python3
"""The outbox on a PostgreSQL of its own (fsync and synchronous_commit on): what sluice_publish costs a writer beside a
plain insert of the same row, how fast relays drain, and how long a committed event takes into the ordered topic."""

import argparse
import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.request
from datetime import datetime

import servers
from harness import CONFIG, CONTRACT, Daemon, wait_until
from outbox_harness import Relay

PLAIN = """\\set order random(1, 1000000)
insert into plain (domain, subject, id, type, "time", datacontenttype, data)
values ('shop', :order::text, gen_random_uuid()::text, 'order.placed', clock_timestamp(), 'application/json',
        convert_to('{"amount": 100, "lines": [{"sku": "a-1", "pieces": 2}, {"sku": "b-7", "pieces": 1}]}', 'UTF8'));
"""
OUTBOX = """\\set order random(1, 1000000)
select sluice_publish('shop', :order::text, 'order.placed',
                      '{"amount": 100, "lines": [{"sku": "a-1", "pieces": 2}, {"sku": "b-7", "pieces": 1}]}');
"""


class Durable(servers.Postgres):
    def command(self):
        # The last of a setting counts.
        return [*super().command(), "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "shared_buffers=256MB",
                "-c", "max_wal_size=4GB"]


class Bench:
    def __init__(self, folder, arguments):
        self.folder, self.arguments = pathlib.Path(folder), arguments
        self.postgres = Durable(self.folder / "postgres")
        self.postgres.psql("postgres", "create database shop")
        self.url = f"postgres://sluice@127.0.0.1:{self.postgres.port}/shop"
        self.sluice("migrate")
        self.sluice("source", "/orders")
        self.sql("create table plain (like sluice_outbox_event); alter table plain alter slot drop not null, "
                 "alter epoch drop not null, alter number drop not null, add primary key (domain, subject, id)")
        for name, text in (("plain.sql", PLAIN), ("outbox.sql", OUTBOX)):
            (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / "shop.yaml").write_text(CONTRACT, encoding="utf-8")
        (self.folder / "sluice.yaml").write_text(CONFIG.partition("subscriptions:")[0], encoding="utf-8")
        self.daemon = Daemon(self.folder)

    def close(self):
        self.daemon.kill()
        self.postgres.close()

    def sluice(self, *words):
        subprocess.run([os.environ["SLUICE"], "outbox", *words, "--database", self.url], check=True,
                       stdout=subprocess.DEVNULL)

    def sql(self, text):
        return self.postgres.psql("shop", text)

    def pgbench(self, script, seconds, *more):
        program = servers.program("pgbench", "postgresql", *self.postgres.FOLDERS)
        ran = subprocess.run([program, "-n", "-M", "prepared", "-c", str(self.arguments.writers), "-j", "2", "-T",
                              str(seconds), "-f", str(self.folder / script), *more, self.url],
                             check=True, capture_output=True, text=True)
        return (float(re.search(r"tps = ([\d.]+)", ran.stdout).group(1)),
                float(re.search(r"latency average = ([\d.]+)", ran.stdout).group(1)))

    def relay(self):
        return Relay(self.folder, self.url, f"http://{self.daemon.info()['api']}", "--relays",
                     str(self.arguments.relays))

    def writers(self, what, script):
        tps, latency_ms = self.pgbench(script, self.arguments.seconds)
        print(f"{what:42} {tps:10,.0f} events/s  {latency_ms:7.2f} ms each", flush=True)

    def drain(self):
        count = self.arguments.drain
        self.sql("truncate sluice_outbox_event")
        self.sql(f"select count(sluice_publish('shop', 'd' || i % {count // 4 + 1}, 'order.placed', "
                 f"'{{\"amount\": 100}}')) from generate_series(1, {count}) i")
        relay = self.relay()
        address = wait_until(relay.metrics_address, "the relay is at work")

        def sent():
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=30) as page:
                return int(re.search(r"^sluice_outbox_sent_total (\d+)", page.read().decode(), re.M).group(1))

        wait_until(lambda: sent() > 0, "it sends")
        before, began = sent(), time.monotonic()
        wait_until(lambda: sent() >= count, "all are sent", seconds=600)
        seconds = time.monotonic() - began
        relay.stop()
        relay.kill()
        what = f"drained, {self.arguments.relays} relays"
        print(f"{what:42} {(count - before) / seconds:10,.0f} events/s", flush=True)

    def watch(self, delays_s, stop):
        """What a watcher of the ordered topic sees, against the time that stands in the event."""
        host, _, port = self.daemon.info()["api"].rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        connection.request("GET", "/v1/watch/shop")
        answer = connection.getresponse()
        while not stop.is_set():
            line = answer.readline()
            if line.startswith(b"data:"):
                at = datetime.fromisoformat(json.loads(line[5:])["time"].replace("Z", "+00:00")).timestamp()
                delays_s.append(time.time() - at)
        connection.close()

    def delay(self):
        relay, delays_s, stop = self.relay(), [], threading.Event()
        watcher = threading.Thread(target=self.watch, args=(delays_s, stop), daemon=True)
        watcher.start()
        time.sleep(2)
        tps, _ = self.pgbench("outbox.sql", self.arguments.seconds, f"--rate={self.arguments.rate}")
        wait_until(lambda: self.sql("select count(*) from sluice_outbox_event") == "0\n", "all is sent", seconds=600)
        time.sleep(1)
        stop.set()
        relay.stop()
        relay.kill()
        delays_s.sort()
        p50, p99 = (1000 * delays_s[int(len(delays_s) * share)] for share in (0.5, 0.99))
        print(f"{'commit to ordered topic, as watched':42} {tps:10,.0f} events/s  p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
              f"max {1000 * delays_s[-1]:.1f} ms of {len(delays_s):,}", flush=True)


def counted(text):
    """From 1 on."""
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench outbox", description=__doc__)
    for name, default, what in (("--seconds", 20, "of each measurement of writers"),
                                ("--drain", 400_000, "events that wait when relays begin"),
                                ("--rate", 2_000, "events a second while delays are measured"),
                                ("--writers", 8, "connections that publish at once"),
                                ("--relays", 4, "relays of the one process")):
        parser.add_argument(name, type=counted, default=default, help=f"{what} (default {default})")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        bench = Bench(folder, arguments)
        try:
            bench.writers("plain inserts", "plain.sql")
            bench.writers("sluice_publish, no relay", "outbox.sql")
            relay = bench.relay()
            bench.writers("sluice_publish beside a relay", "outbox.sql")
            relay.stop()
            relay.kill()
            bench.drain()
            bench.delay()
        finally:
            bench.close()


if __name__ == "__main__":
    main()
