#!/usr/bin/env python3
"""Settlement on Spring and PostgreSQL, killed again and again, beside settlement in C++ on the same orders.

usage: spring_settlement_test.py BUILD-DIRECTORY     exit 77: skipped, and why
"""

import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile

import maven
import servers
from harness import BINARY, Daemon, wait_until

CONTRACTS = pathlib.Path(__file__).resolve().parents[3] / "commerce" / "contract"
ORDERS = 400
KILLS = 3
SECONDS_MAX = 240  # for what a JVM does, on a busy machine
TABLES = {"settlement_item": "event_id, seller_id", "settlement_payout": "seller_id, day"}
INBOX = "select domain, subscription, subject, last_position, last_id_hash from sluice_inbox"
# The run of commerce keeps the progress of its own subscriptions under their names; these begin at the beginning.
NAMES = {"settlement": "settlement-spring", "settlement-calendar": "settlement-spring-calendar"}

CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [{contracts}/order.yaml, {contracts}/calendar.yaml]
subscriptions:
  - name: settlement-spring
    domain: order
    types: [order.placed, delivery.completed, order.returned]
    sink: {{pull: {{}}}}
    retry: {{first: 50ms, attempts: 100}}   # a killed client is an attempt
  - name: settlement-spring-calendar
    domain: calendar
    sink: {{pull: {{}}}}
    retry: {{first: 50ms, attempts: 100}}
"""


class Service:
    """One process of the Spring service."""

    def __init__(self, folder, jar, url, database):
        self.log = open(folder / "service.log", "ab")
        self.process = subprocess.Popen(
            ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", jar, f"--spring.datasource.url={database}",
             f"--sluice.url={url}", "--sluice.lease=2s", "--sluice.max=40", "--sluice.poll=500ms",
             "--settlement.subscription=settlement-spring", "--settlement.calendar-subscription=settlement-spring-calendar"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def end(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.log.close()
        return code


def commerce(folder, seed):
    """The platform runs with nine C++ services, and leaves its log and settlement's rows."""
    subprocess.run([BINARY, "commerce", "run", "--orders", str(ORDERS), "--seed", str(seed), "--chaos", str(seed),
                    "--state", folder / "state", "--exit"], check=True, stdout=subprocess.DEVNULL, timeout=300)
    (folder / "state" / "log").rename(folder / "data")
    (folder / "sluice.yaml").write_text(CONFIG.format(contracts=CONTRACTS), encoding="utf-8")
    rows = {}
    with sqlite3.connect(folder / "state" / "read-models" / "settlement.sqlite") as models:
        for table, key in TABLES.items():
            rows[table] = ["|".join(map(str, row)) for row in models.execute(f"select * from {table} order by {key}")]
        inbox = models.execute(INBOX + " where subscription in ('settlement', 'settlement-calendar')")
        rows["sluice_inbox"] = sorted("|".join(map(str, (d, NAMES[s], *rest))) for d, s, *rest in inbox)
    return rows


def on_spring(postgres):
    def rows(sql):
        return postgres.psql("settlement", sql).splitlines()

    found = {table: rows(f"select * from {table} order by {key}") for table, key in TABLES.items()}
    found["sluice_inbox"] = sorted(rows(INBOX))
    return found


def handled(postgres):
    """How many subjects the service has in its inbox."""
    there = postgres.psql("settlement", "select to_regclass('sluice_inbox') is not null").strip() == "t"
    return int(postgres.psql("settlement", "select count(*) from sluice_inbox")) if there else 0


def parked(platform):
    """What the service called dead: nothing should be."""
    return [one for one in platform.api("/v1/stuck")[1]["stuck"] if one["cause"] == "parked"]


def run_through_kills(start, postgres, moments):
    """Kills the service at moments drawn from the seed, each in the midst of its work; the last two go on."""
    for threshold in sorted(moments.sample(range(20, ORDERS - 50), KILLS)):
        service = start()
        wait_until(lambda at=threshold: handled(postgres) >= at or service.process.poll() is not None,
                   f"{threshold} orders are handled", SECONDS_MAX)
        assert service.process.poll() is None, f"it ended with {service.process.returncode}; see its log"
        service.end()
    left = ORDERS + 1 - handled(postgres)
    assert left > 0, "all was done before the last kill: nothing was killed in its midst"
    print(f"{KILLS} kills, {left} orders not begun", flush=True)
    return [start(), start()]


def test(folder, jar, seed):
    expected = commerce(folder, seed)
    assert all(expected.values()), "the run left nothing to compare"
    postgres = servers.Postgres(folder / "postgres")
    platform, services = None, []
    try:
        database = postgres.database("settlement")
        platform = Daemon(folder)

        def start():
            services.append(Service(folder, jar, f"http://{platform.info()['api']}", database))
            return services[-1]

        last = run_through_kills(start, postgres, random.Random(seed))
        wait_until(lambda: on_spring(postgres) == expected or parked(platform), "the rows are the same", SECONDS_MAX)
        assert not parked(platform), parked(platform)
        wait_until(lambda: platform.api("/v1/status")[1]["idle"], "all is answered", SECONDS_MAX)
        found = on_spring(postgres)
        for name, rows in expected.items():
            assert found[name] == rows, f"{name}: {set(rows) ^ set(found[name])}"
            print(f"{name}: {len(rows)} rows, the same", flush=True)
        for service in last:
            assert service.end(signal.SIGTERM) == 128 + signal.SIGTERM, "a stop is no failure"
    except BaseException:
        print((folder / "service.log").read_text(encoding="utf-8")[-20_000:])
        raise
    finally:
        for service in services:
            if service.process.poll() is None:
                service.end()
        if platform is not None:
            platform.kill()
        postgres.close()


def main():
    build = pathlib.Path(sys.argv[1])
    seed = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(1 << 31)))
    print(f"rerun with SLUICE_SEED={seed}", flush=True)
    try:
        servers.program("postgres", "postgresql", *servers.Postgres.FOLDERS)
        maven.run(build, "package", "-DskipTests")
    except (maven.Missing, servers.Missing) as missing:
        print(f"skipped: {missing}")
        return maven.SKIPPED
    jar = build / "spring" / "sluice-settlement" / "sluice-settlement-0.1.0.jar"
    with tempfile.TemporaryDirectory(prefix="sluice-test-") as folder:
        test(pathlib.Path(folder), jar, seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
