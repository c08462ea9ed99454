"""The tables of metrics, of the daemon and of the outbox's relays, as data: what rules and board may be made of."""

import dataclasses
import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
TABLE = DOCS / "reference" / "metrics.md"
OF_RELAYS = DOCS / "guide" / "outbox.md"
METRIC = r"\b(?:sluice|messaging)_[a-z_]+\b"
HISTOGRAM_SUFFIXES = ("_bucket", "_sum", "_count")


@dataclasses.dataclass(frozen=True)
class Metric:
    name: str
    text: str
    labels: tuple

    @property
    def kind(self):
        if self.name.endswith("_total"):
            return "counter"
        return "histogram" if ": histogram." in self.text else "gauge"

    @property
    def unit(self):
        """As Grafana names it."""
        if "_timestamp_seconds" in self.name:
            return "dateTimeAsIso"
        for part, unit in (("_seconds", "s"), ("_bytes", "bytes")):
            if part in self.name:
                return unit
        return "short"


def read(path=TABLE):
    """{name: Metric}. A heading names the labels of what stands below it."""
    metrics, labels = {}, ()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            labels = tuple(re.findall(r"`(\w+)`", line))
        row = re.match(r"\| `((?:sluice|messaging)_\w+)` \| (.+) \|$", line)
        if row:
            metrics[row.group(1)] = Metric(row.group(1), row.group(2), labels)
    return metrics


def everything():
    return {**read(), **read(OF_RELAYS)}


def family_of(name, metrics):
    """The metric that a series belongs to: of a histogram each of its three."""
    for suffix in HISTOGRAM_SUFFIXES:
        family = metrics.get(name.removesuffix(suffix))
        if name.endswith(suffix) and family is not None and family.kind == "histogram":
            return family
    return metrics[name]


def named_in(expression):
    return sorted(set(re.findall(METRIC, expression)))
