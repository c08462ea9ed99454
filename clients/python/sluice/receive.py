"""The other end of push: functions over headers and body, for any web framework. docs/guide/push.md."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import hmac
import json
import math
import time
import urllib.parse
from typing import Callable, Dict, List, Mapping, Optional, Sequence

from .answers import Answer, settled
from .event import Event, InvalidEvent, Json, event_of

TOLERANCE_S = 300.0
Handler = Callable[[Event], Answer]


class NotSigned(ValueError):
    """It does not come from who has the secret, or it comes again from long ago."""


@dataclasses.dataclass(frozen=True)
class Response:
    """What to answer, in any framework."""

    status: int
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    body: bytes = b""


def receive(headers: Mapping[str, str], body: bytes, handler: Handler, *, secrets: Sequence[str] = (),
            trial: Optional[Handler] = None) -> Response:
    """Checks the signature if there are secrets, reads the event or the list of them, and calls the handler for each,
    in order, up to the first that is not done. `trial` is called in place of it for a trial run (`sluice try`): it says
    what would become of the event, and keeps nothing."""
    try:
        if secrets:
            verify(headers, body, secrets)
        events = parse(headers, body)
    except NotSigned as error:
        return _problem(401, str(error))
    except InvalidEvent as error:
        return _problem(400, str(error))
    if _lower(headers).get("sluice-dry-run") == "true":
        if trial is None:
            return _problem(501, "this receiver has no trial runs")
        handler = trial
    for event in events:
        answer = _called(handler, event)
        if settled(answer).word != "done":
            return response(answer)
    return response(None)


def response(answer: object) -> Response:
    """Of what a handler has returned or raised."""
    said = settled(answer)
    if said.word == "done":
        return Response(204)
    made = _problem(422 if said.word == "dead" else 500, said.reason)
    more = {"sluice-answer": said.word}
    if said.after_s is not None:
        more["Retry-After"] = str(math.ceil(said.after_s))
    return dataclasses.replace(made, headers={**made.headers, **more})


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now_s: Optional[float] = None,
           tolerance_s: float = TOLERANCE_S) -> None:
    """Standard Webhooks, over the bytes as they came: one of the signatures is of one of the secrets (`whsec_…`), and
    young enough. Raises NotSigned."""
    lower = _lower(headers)
    id_, stamp = lower.get("webhook-id", ""), lower.get("webhook-timestamp", "")
    if not id_ or not (stamp.isascii() and stamp.isdigit()):
        raise NotSigned("webhook-id and webhook-timestamp are missing, or no numbers of seconds")
    if abs((time.time() if now_s is None else now_s) - int(stamp)) > tolerance_s:
        raise NotSigned(f"webhook-timestamp is more than {tolerance_s:g} s away from this clock")
    signed = f"{id_}.{stamp}.".encode("utf-8") + body
    given = [one[len("v1,"):] for one in lower.get("webhook-signature", "").split() if one.startswith("v1,")]
    good = False
    for secret in secrets:
        mine = base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode("ascii")
        for one in given:
            good |= hmac.compare_digest(mine.encode("ascii"), one.encode("utf-8"))
    if not good:
        raise NotSigned("webhook-signature is of none of the secrets")


def parse(headers: Mapping[str, str], body: bytes) -> List[Event]:
    """The events of a request in binary, structured or batch mode. Raises InvalidEvent."""
    lower = _lower(headers)
    content_type = lower.get("content-type", "")
    media = content_type.split(";")[0].strip().lower()
    if media == "application/cloudevents+json":
        return [Event.from_json(_json(body))]
    if media == "application/cloudevents-batch+json":
        batch = _json(body)
        if not isinstance(batch, list):
            raise InvalidEvent("a batch is a JSON list")
        return [Event.from_json(one) for one in batch]
    attributes: Dict[str, Json] = {name[len("ce-"):]: urllib.parse.unquote(value) for name, value in lower.items()
                                   if name.startswith("ce-")}
    if content_type:
        attributes["datacontenttype"] = content_type
    return [event_of(attributes, _data(media, body))]


def _data(media: str, body: bytes) -> Json:
    if not body:
        return None
    if media == "application/json" or media.endswith("+json"):
        return _json(body)
    if media.startswith("text/"):
        return body.decode("utf-8", "replace")
    return body


def _json(body: bytes) -> Json:
    try:
        return json.loads(body)
    except ValueError as error:
        raise InvalidEvent(f"the body is no JSON: {error}") from None


def _called(handler: Handler, event: Event) -> object:
    try:
        return handler(event)
    except Exception as error:  # the handler's, of whatever kind
        return error


def _problem(status: int, detail: str) -> Response:
    body = json.dumps({"status": status, "detail": detail}, ensure_ascii=False).encode("utf-8")
    return Response(status, {"Content-Type": "application/problem+json"}, body)


def _lower(headers: Mapping[str, str]) -> Dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret[len("whsec_"):] if secret.startswith("whsec_") else secret, validate=True)
    except binascii.Error:
        raise ValueError("a secret is whsec_ and base64") from None
