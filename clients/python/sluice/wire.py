"""The protocol, without any I/O: requests as values, and answers read. docs/reference/api.md, docs/guide/pull.md."""

from __future__ import annotations

import dataclasses
import json
import urllib.parse
from typing import Callable, List, Optional, Sequence, Tuple, TypeVar, Union

from .answers import Settled
from .errors import Published, Refused, Unreadable, refused
from .event import Event, Json
from .transport import Reply, Request

_BATCH = {"Content-Type": "application/cloudevents-batch+json"}
_JSON = {"Content-Type": "application/json"}
T = TypeVar("T")


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

    def take(body: Json) -> List[Union[Published, Refused]]:
        entries = body["events"]
        if len(entries) != count:
            raise ValueError(f"{len(entries)} answers to {count} events")
        return [Published(one["topic"], one["partition"], one["offset"]) if one["accepted"]
                else refused(one, int(one.get("status", reply.status)), reply.retry_after_s) for one in entries]

    return _taken(reply, "events", take)


def pull(subscription: str, domain: Optional[str], events_max: int, wait_s: float, lease_s: float) -> Request:
    query = {"max": str(events_max), "wait": duration(wait_s), "lease": duration(lease_s)}
    return Request("POST", _path(subscription, "pull", domain, query), wait_s=wait_s)


def read_leases(reply: Reply) -> List[Lease]:
    return _taken(reply, "leases", lambda body: [_lease(one) for one in body["leases"]])


def ack(subscription: str, domain: Optional[str], lease: str, answers: Sequence[Tuple[int, Settled]]) -> Request:
    return Request("POST", _path(subscription, "ack", domain),
                   _body({"answers": [_answer(lease, position, one) for position, one in answers]}), _JSON)


def read_acked(reply: Reply) -> List[Optional[Refused]]:
    """Of each answer: None if it counts, else why not. A 409 is no exception here: leases end."""
    return _taken(reply, "answers", lambda body: [
        None if one["accepted"] else refused(one, int(one.get("status", reply.status))) for one in body["answers"]])


def extend(subscription: str, domain: Optional[str], lease: str, lease_s: float) -> Request:
    return Request("POST", _path(subscription, "extend", domain), _body({"lease": lease, "for": duration(lease_s)}), _JSON)


def read_extended(reply: Reply) -> float:
    return _taken(reply, "lease_ms", lambda body: float(body["lease_ms"]) / 1000)


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


def _taken(reply: Reply, member: str, take: Callable[[Json], T]) -> T:
    """What the answer holds under `member`; without it, what it was refused for, or Unreadable."""
    body = reply.json()
    if reply.status != 200 and not (isinstance(body, dict) and member in body):
        raise problem(reply)
    try:
        return take(body)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{reply.status}, and no answer of Sluice's: {error!r} in {reply.body[:200]!r}") from error


def _lease(one: Json) -> Lease:
    events = tuple(Event.from_json(each) for each in one["events"])
    positions = [event.position for event in events]
    if not positions or positions != sorted(set(positions)):
        raise ValueError(f"positions {positions} of a lease: they only rise")
    return Lease(one["lease"], one["subject"], one["attempt"], one["lease_ms"] / 1000, events)


def _answer(lease: str, position: int, one: Settled) -> Json:
    made: Json = {"lease": lease, "position": position}
    if one.word != "done":
        made["answer"] = one.word
    if one.reason:
        made["reason"] = one.reason
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
