"""What can go wrong between a client and Sluice, by what to do about it."""

from __future__ import annotations

from typing import Dict, List, Optional, Type, Union

from .event import Json


class SluiceError(Exception):
    """Of this package; the text says what, where and what to do."""


class Unreachable(SluiceError):
    """No answer: nobody listens, the connection broke, or its time was over. What was sent may have been done."""


class Unreadable(Unreachable):
    """An answer that is none of Sluice's: a page of a proxy, say. It may pass, too."""


class Refused(SluiceError):
    """An answer that says no, as application/problem+json (RFC 9457)."""

    def __init__(self, status: int, code: str, detail: str, retry_after_s: Optional[float] = None, body: Json = None) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.body = body


class Invalid(Refused):
    """400, 405, 415: the request, or an event, is none. The same again is refused again."""


class NotAllowed(Refused):
    """401, 403: the token is missing or unknown, or has not the role that `detail` names."""


class NotFound(Refused):
    """404: no such domain, subscription or resource; `detail` names the nearest."""


class Conflict(Refused):
    """409, 422: it is not so any more (a lease that is over), or somebody else was faster."""


class TooLarge(Refused):
    """413, 414: split it."""


class NotNow(Refused):
    """429, 503: again in `retry_after_s`."""


class Full(Refused):
    """507: the disk is full, and nothing was kept."""


class Fault(Refused):
    """Any other 5xx: Sluice's own log says more."""


_BY_STATUS: Dict[int, Type[Refused]] = {
    400: Invalid, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 405: Invalid, 409: Conflict, 413: TooLarge,
    414: TooLarge, 415: Invalid, 422: Conflict, 429: NotNow, 503: NotNow, 507: Full}


def refused(body: Json, status: int, retry_after_s: Optional[float] = None) -> Refused:
    """The exception for a problem; what is no problem+json (a proxy's page) is shown as far as it goes."""
    members = body if isinstance(body, dict) else {}
    kind = _BY_STATUS.get(status, Fault if status >= 500 else Refused)
    detail = members.get("detail") or members.get("title") or str(body)[:200]
    return kind(status, str(members.get("code", "")), str(detail), retry_after_s, body)


class Published:
    """An accepted event, and where it lies."""

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        self.topic = topic
        self.partition = partition
        self.offset = offset

    def __repr__(self) -> str:
        return f"Published({self.topic!r}, {self.partition}, {self.offset})"


class PartlyRefused(SluiceError):
    """Of a batch some or all events were refused. `results` has an entry for each, in their order: `Published`, or the
    `Refused` that says why. What is accepted is on disk: publish only the others again."""

    def __init__(self, results: List[Union[Published, Refused]]) -> None:
        self.results = results
        self.refused = {at: one for at, one in enumerate(results) if isinstance(one, Refused)}
        at, first = next(iter(self.refused.items()))
        super().__init__(f"{len(self.refused)} of {len(results)} events were refused; the first is event {at}: {first}")
