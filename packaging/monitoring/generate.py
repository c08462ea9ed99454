#!/usr/bin/env python3
"""Writes Prometheus' alert rules and a Grafana board, from the table of metrics.

usage: generate.py OUT [--docs BASE]     BASE: where docs/ is read by those who get an alert
       OUT/sluice.rules.yaml             rule_files: of prometheus.yml
       OUT/sluice.board.json             import it, or provision it
"""

import argparse
import json
import pathlib
import sys

import alerts
import board
import metrics_table

DOCS = "file:///usr/share/doc/sluice/docs"


def rules(docs):
    """As Prometheus reads it."""
    known = metrics_table.everything()
    groups = []
    for name, group in alerts.GROUPS.items():
        made = []
        for one in group:
            for series in metrics_table.named_in(one.expr):
                metrics_table.family_of(series, known)  # a KeyError: the table does not have it
            made.append({
                "alert": one.name,
                "expr": one.expr,
                "for": one.wait,
                "labels": {"severity": one.severity},
                "annotations": {"summary": one.summary, "description": one.description,
                                "runbook_url": f"{docs}/guide/operations.md#{one.name.lower()}"},
            })
        groups.append({"name": name, "rules": made})
    return {"groups": groups}


def to_yaml(value, indent=0):
    """What `rules` is made of: lists and objects that are not empty, and texts, each in double quotes as JSON has them."""
    pad = "  " * indent
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "".join(f"\n{pad}- {to_yaml(one, indent + 1).lstrip()}" for one in value)
    lines = []
    for key, inner in value.items():
        text = to_yaml(inner, indent + 1)
        lines.append(f"\n{pad}{key}:{text if text.startswith(chr(10)) else ' ' + text}")
    return "".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--docs", default=DOCS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    head = "# Made by packaging/monitoring/generate.py: change it there.\n"
    (given.out / "sluice.rules.yaml").write_text(head + to_yaml(rules(given.docs)).lstrip() + "\n", encoding="utf-8")
    (given.out / "sluice.board.json").write_text(json.dumps(board.board(), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
