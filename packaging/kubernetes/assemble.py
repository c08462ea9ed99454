#!/usr/bin/env python3
"""Puts the manifests together: these files, the contract of examples/, the version, and the alerts as a PrometheusRule.

usage: assemble.py OUT --version VERSION     OUT/base, OUT/kafka, OUT/prometheus: for kubectl apply -k
"""

import argparse
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PARTS = ("base", "kafka", "prometheus")
sys.path.insert(0, str(HERE.parent / "monitoring"))
import generate  # noqa: E402

IMAGES = """\
images:
  - name: sluice
    newTag: "{version}"
"""


def rule(docs):
    """What Prometheus reads as a file, as its operator wants it."""
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule",
            "metadata": {"name": "sluice", "labels": {"app.kubernetes.io/name": "sluice"}}, "spec": generate.rules(docs)}


def assemble(out, version, docs=generate.DOCS):
    for part in PARTS:
        shutil.rmtree(out / part, ignore_errors=True)  # nothing stays of a version before
        shutil.copytree(HERE / part, out / part)
    shutil.copy(ROOT / "examples" / "contract" / "order.yaml", out / "base" / "config" / "order.yaml")
    base = out / "base" / "kustomization.yaml"
    base.write_text(base.read_text(encoding="utf-8") + IMAGES.format(version=version), encoding="utf-8")
    overlay = out / "kafka" / "kustomization.yaml"
    overlay.write_text(overlay.read_text(encoding="utf-8").replace("@VERSION@", version), encoding="utf-8")
    head = "# Made by packaging/kubernetes/assemble.py from packaging/monitoring/alerts.py: change it there.\n"
    (out / "prometheus" / "rules.yaml").write_text(head + generate.to_yaml(rule(docs)).lstrip() + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--docs", default=generate.DOCS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    assemble(given.out, given.version, given.docs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
