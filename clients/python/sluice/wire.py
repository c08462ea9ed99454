"""The protocol, without any I/O: requests as values, and answers read. docs/reference/api.md, docs/guide/pull.md."""

from __future__ import annotations

import dataclasses
import json
import urllib.parse
from typing import List, Optional, Sequence, Tuple, Union

from .answers import Settled
from .errors import Published, Refused, SluiceError, refused
from .event import Event, Json
from .transport import Reply, Request

_BATCH = {"Content-Type": "application/cloudevents-batch+json"}
_JSON = {"Content-Type": "application/json"}


@dataclasses.dataclass(frozen=True)
class Lease:
    """Consecutive events of one subject, the client's for `lease_s` from the answer on."""

    id: str
    subject: str
    attempt: int  # of the first event
    lease_s: float
    events: Tuple[Event, ...]


@dataclasses.dataclass(frozen=True)
class Watched:
    """A record that came into the ordered topic; `event` is None for one that is none (a command)."""

    event: Optional[Event]
    partition: int
    offset: int
    record: Json


def publish(events: Sequence[Event], domain: Optional[str], key: str) -> Request:
    path = f"/v1/domains/{_quoted(domain)}/events" if domain else "/v1/events"
    body = _body([event.to_json() for event in events])
    return Request("POST", path, body, {**_BATCH, "Idempotency-Key": key})


def read_published(reply: Reply, count: int) -> List[Union[Published, Refused]]:
    """An entry for each event; raises what was refused as a whole."""
    body = reply.json()
    entries = body.get("events") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        raise problem(reply)
    if len(entries) != count:
        raise SluiceError(f"{len(entries)} answers to {count} events: is this Sluice?")
    return [Published(one["topic"], one["partition"], one["offset"]) if one.get("accepted")
            else refused(one, int(one.get("status", reply.status)), reply.retry_after_s) for one in entries]


def pull(subscription: str, domain: Optional[str], events_max: int, wait_s: float, lease_s: float) -> Request:
    query = {"max": str(events_max), "wait": duration(wait_s), "lease": duration(lease_s)}
    return Request("POST", _path(subscription, "pull", domain, query), wait_s=wait_s)


def read_leases(reply: Reply) -> List[Lease]:
    leases = [Lease(one["lease"], one["subject"], one["attempt"], one["lease_ms"] / 1000,
                    tuple(Event.from_json(each) for each in one["events"])) for one in _ok(reply)["leases"]]
    for lease in leases:
        positions = [event.position for event in lease.events]
        if not positions or positions != sorted(set(positions)):
            raise SluiceError(f"subject {lease.subject!r} is leased at positions {positions}: they only rise")
    return leases


def ack(subscription: str, domain: Optional[str], lease: str, answers: Sequence[Tuple[int, Settled]]) -> Request:
    return Request("POST", _path(subscription, "ack", domain),
                   _body({"answers": [_answer(lease, position, one) for position, one in answers]}), _JSON)


def read_acked(reply: Reply) -> List[Optional[Refused]]:
    """Of each answer: None if it counts, else why not. A 409 is no exception here: leases end."""
    body = reply.json()
    answers = body.get("answers") if isinstance(body, dict) else None
    if not isinstance(answers, list):
        raise problem(reply)
    return [None if one["accepted"] else refused(one, int(one.get("status", reply.status))) for one in answers]


def extend(subscription: str, domain: Optional[str], lease: str, lease_s: float) -> Request:
    return Request("POST", _path(subscription, "extend", domain), _body({"lease": lease, "for": duration(lease_s)}), _JSON)


def read_extended(reply: Reply) -> float:
    return float(_ok(reply)["lease_ms"]) / 1000


def watch(domain: str, subject: Optional[str]) -> Request:
    query = "?" + urllib.parse.urlencode({"subject": subject}) if subject is not None else ""
    return Request("GET", f"/v1/watch/{_quoted(domain)}{query}", headers={"Accept": "text/event-stream"})


def read_watched(line: str) -> Optional[Watched]:
    """Of a line of the stream; comments and blank lines are None."""
    if not line.startswith("data:"):
        return None
    record = json.loads(line[len("data:"):])
    attributes = {name: value for name, value in record.items() if name not in ("partition", "offset")}
    event = Event.from_json(attributes) if "specversion" in record else None
    return Watched(event, record["partition"], record["offset"], record)


def duration(seconds: float) -> str:
    return f"{max(0, round(seconds * 1000))}ms"


def problem(reply: Reply) -> Refused:
    return refused(reply.json(), reply.status, reply.retry_after_s)


def _ok(reply: Reply) -> Json:
    if reply.status != 200:
        raise problem(reply)
    return reply.json()


def _answer(lease: str, position: int, one: Settled) -> Json:
    made: Json = {"lease": lease, "position": position}
    if one.word != "done":
        made.update(answer=one.word, reason=one.reason)
    if one.after_s is not None:
        made["after"] = duration(one.after_s)
    return made


def _path(subscription: str, verb: str, domain: Optional[str], query: Optional[Json] = None) -> str:
    all_of_it = {**(query or {}), **({"domain": domain} if domain else {})}
    tail = "?" + urllib.parse.urlencode(all_of_it) if all_of_it else ""
    return f"/v1/subscriptions/{_quoted(subscription)}/{verb}{tail}"


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")


def _body(json_value: Json) -> bytes:
    return json.dumps(json_value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
