#!/usr/bin/env python3
"""The state at every position of the platform's orders, held against an independent fold of what `sluice read` says."""

import csv
import http.client
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import unittest

import runs
from harness import Daemon, wait_until

SEED = int(os.environ.get("SLUICE_SEED", random.SystemRandom().randrange(2**32)))
REAL_ORDERS = int(os.environ.get("SLUICE_STATES_ORDERS", "2000"))  # drawn from all of them

CONFIG = """\
data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [order.yaml]
log_level: warn
"""

JQ = """  reducer:
    jq: |
      .event.data as $d | .event.type as $type | .state
      | if $type == "order.placed" then $d + {gone: []}
        elif $type == "order.paid" then .captured = $d.captured
        elif $type == "order.cancelled" or $type == "order.returned" then
          .units |= map(select([.line, .unit] as $one | $d.units | any(. == $one) | not)) | .gone += $d.units
        elif $type == "order.refunded" then .refunded = (.refunded // 0) + $d.card + $d.voucher
        elif $type == "delivery.dispatched" then .parcels = (.parcels // []) + [$d.parcel]
        else . end
      | .kept = ([.units[].net] | add // 0)
"""


def merge_patch(state, patch):
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    made = dict(state) if isinstance(state, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merge_patch(made.get(name), value)
    return made


def of_order(state, kind, data):
    """What the jq program says, in Python."""
    state = dict(state or {})
    if kind == "order.placed":
        state = {**data, "gone": []}
    elif kind == "order.paid":
        state["captured"] = data["captured"]
    elif kind in ("order.cancelled", "order.returned"):
        state["units"] = [one for one in state["units"] if [one["line"], one["unit"]] not in data["units"]]
        state["gone"] = state["gone"] + data["units"]
    elif kind == "order.refunded":
        state["refunded"] = state.get("refunded", 0) + data["card"] + data["voucher"]
    elif kind == "delivery.dispatched":
        state["parcels"] = state.get("parcels", []) + [data["parcel"]]
    state["kept"] = sum(one["net"] for one in state["units"])
    return state


def draw(data, folder, count):
    """So many of the real orders, as files of the same names."""
    def rows(name):
        with open(data / f"olist_{name}_dataset.csv", encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    orders = random.Random(SEED).sample(rows("orders"), count)
    ids = {one["order_id"] for one in orders}
    customers = {one["customer_id"] for one in orders}
    folder.mkdir()
    for path in data.iterdir():
        name = path.name.removeprefix("olist_").removesuffix("_dataset.csv")
        if name not in ("orders", "order_items", "order_payments", "order_reviews", "customers"):
            shutil.copy(path, folder)
            continue
        all_rows = rows(name)
        kept = [one for one in all_rows if one.get("order_id") in ids or
                ("order_id" not in one and one["customer_id"] in customers)]
        with open(folder / path.name, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, all_rows[0])
            writer.writeheader()
            writer.writerows(kept)


class States(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-states-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.state = self.dir / "state"
        (self.dir / "data").symlink_to(self.state / "log")

    def serve(self, reducer):
        contract = (runs.ROOT / "commerce" / "contract" / "order.yaml").read_text()
        (self.dir / "order.yaml").write_text(contract.replace("  homes: 8\n", "  homes: 8\n" + reducer, 1))
        (self.dir / "sluice.yaml").write_text(CONFIG)
        daemon = Daemon(self.dir)
        self.addCleanup(daemon.kill)
        return daemon

    def ordered(self):
        """(subject, position, type, data) of the ordered topic."""
        reader = subprocess.Popen([runs.BINARY, "read", "order.ordered", "--json", "--state", str(self.state / "log")],
                                  stdout=subprocess.PIPE, text=True)
        for line in reader.stdout:
            one = json.loads(line)
            yield one["subject"], int(one["subjectposition"]), one["type"], one.get("data")
        reader.stdout.close()
        self.assertEqual(0, reader.wait())

    def compare(self, reducer, fold):
        """How many positions there were; each is what the fold makes of the events up to it."""
        events = list(self.ordered())
        daemon = self.serve(reducer)
        begun = time.monotonic()
        wait_until(lambda: all(daemon.request("GET", f"/v1/snapshots/order/{subject}")[0] == 200
                               for subject in sorted({one[0] for one in events})[:50]), "all is folded", seconds=900)
        folded = time.monotonic() - begun
        states = {}
        host, _, port = daemon.info()["api"].rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        for subject, position, kind, data in events:
            before, state = states.get(subject, (0, None))
            self.assertEqual(before + 1, position, subject)
            state = fold(state, kind, data)
            states[subject] = (position, state)
            connection.request("GET", f"/v1/snapshots/order/{subject}?at={position}")
            answer = connection.getresponse()
            body = answer.read()
            self.assertEqual(200, answer.status, body)
            self.assertEqual("0", answer.headers["Sluice-Missed"])
            self.assertEqual(state, json.loads(body), f"{subject} at {position}")
        connection.close()
        self.assertEqual(0, daemon.stop())
        print(f"{len(events)} positions of {len(states)} orders; folded in {folded:.1f} s at most", flush=True)
        return len(events)

    def test_generated_orders_at_every_position(self):
        print(f"rerun with SLUICE_SEED={SEED}", flush=True)
        _, code = runs.run("--orders", 600, "--seed", SEED % 1000, "--chaos", SEED % 100, "--state", self.state)
        self.assertEqual(0, code)
        patched = self.compare("  reducer: merge-patch\n", lambda state, _, data: merge_patch(state, data))
        self.assertGreater(patched, 2000)
        self.assertEqual(patched, self.compare(JQ, of_order), "another reducer folds anew")

    def test_real_orders(self):
        data = runs.real_orders()
        if data is None:
            self.skipTest("no real orders")
        print(f"rerun with SLUICE_SEED={SEED}", flush=True)
        folder = self.dir / "drawn"
        draw(data, folder, REAL_ORDERS)
        _, code = runs.run("--data", folder, "--chaos", SEED % 100, "--state", self.state)
        self.assertEqual(0, code)
        self.assertGreater(self.compare(JQ, of_order), REAL_ORDERS)


if __name__ == "__main__":
    unittest.main()
