"""`sluice commerce run` as tests use it, and where the real orders are, if they are."""

import json
import os
import pathlib
import subprocess
import sys

BINARY = os.environ.get("SLUICE", "sluice")
ROOT = pathlib.Path(__file__).resolve().parents[2]
JUDGE = ROOT / "tests" / "judge" / "order_judge.py"

# Services that plain per-topic consumers must get wrong (issue: the main job).
WRONG_WITHOUT_ORDER = ("sales", "accounting", "settlement", "benefits", "inquiry")
TABLES = {"sales_entry": "sales", "sales_day": "sales", "ledger_entry": "accounting", "ledger_month": "accounting",
          "tax_document": "accounting", "settlement_item": "settlement", "settlement_payout": "settlement",
          "benefits_points": "benefits", "benefits_member": "benefits", "benefits_coupon": "benefits",
          "inquiry_act": "inquiry"}


def real_orders():
    """The directory with the real CSV files, or None."""
    for shared in (os.environ.get("SLUICE_SHARED"), ROOT.parent / "shared"):
        if shared and (pathlib.Path(shared) / "data" / "olist" / "olist_orders_dataset.csv").exists():
            return pathlib.Path(shared) / "data" / "olist"
    return None


def run(*arguments, timeout=1200):
    """Runs to the end; the last line of --json, and the exit code."""
    command = [BINARY, "commerce", "run", "--exit", "--json", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    if ran.returncode not in (0, 1) or not ran.stdout.strip():
        raise AssertionError(f"{command} ended with {ran.returncode}\n{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}")
    return json.loads(ran.stdout.splitlines()[-1]), ran.returncode


def check(state):
    """The oracle alone over what a run left; its report and the exit code."""
    ran = subprocess.run([BINARY, "commerce", "check", "--state", str(state), "--json"], capture_output=True, text=True,
                         check=False)
    return json.loads(ran.stdout), ran.returncode


def judge(state):
    """The separate judge of order over what `sluice read` says; its exit code and report."""
    reader = subprocess.Popen([BINARY, "read", "order.ordered", "--json", "--state", str(state / "log")],
                              stdout=subprocess.PIPE)
    judged = subprocess.run([sys.executable, str(JUDGE), "--acts", str(state / "additions" / "acts.csv"), "-"],
                            stdin=reader.stdout, capture_output=True, text=True, check=False)
    reader.stdout.close()
    if reader.wait() != 0:
        raise AssertionError(f"sluice read failed: {reader.returncode}")
    return judged.returncode, judged.stdout + judged.stderr


def wrong_services(summary):
    differing = summary["oracle"]["rows_differing_by_table"]
    return {TABLES[table] for table, count in differing.items() if count and table in TABLES}
