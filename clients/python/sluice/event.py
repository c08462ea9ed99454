"""CloudEvents 1.0 as values, and their JSON form."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any, Dict, Mapping, Optional, Union

Attribute = Union[str, int, bool]
Json = Any  # what json.loads gives

_KNOWN = ("id", "source", "type", "subject", "time", "datacontenttype", "dataschema")
_DATA = ("data", "data_base64")


class InvalidEvent(ValueError):
    """What was to be read as an event is none; the text says what is wrong with it."""


@dataclasses.dataclass(frozen=True)
class Event:
    """An event. `data` is JSON (None, text, numbers, lists, dicts) or, for anything else, bytes.
    `extensions` holds every other attribute, as `sourcesequence`, `dependson` or `traceparent`."""

    id: str
    source: str
    type: str
    subject: Optional[str] = None
    data: Json = None
    time: Optional[str] = None
    datacontenttype: Optional[str] = None
    dataschema: Optional[str] = None
    extensions: Mapping[str, Attribute] = dataclasses.field(default_factory=dict)

    @property
    def position(self) -> int:
        """Its place in its subject's history: 1, 2, 3 …; only an event that Sluice has delivered has one."""
        text = str(self.extensions.get("subjectposition", ""))
        if not (text.isascii() and text.isdigit() and int(text) > 0):
            raise InvalidEvent(f"event {self.id!r} of {self.source!r} has no subjectposition: it was not delivered by Sluice")
        return int(text)

    def to_json(self) -> Dict[str, Json]:
        """The structured form; bytes go as data_base64."""
        made: Dict[str, Json] = {"specversion": "1.0"}
        for name in _KNOWN:
            value = getattr(self, name)
            if value is not None:
                made[name] = value
        for name, value in self.extensions.items():
            if name in made or name in _DATA:
                raise InvalidEvent(f"extension {name!r} has the name of an attribute of its own")
            made[name] = value
        if isinstance(self.data, (bytes, bytearray)):
            made["data_base64"] = base64.b64encode(self.data).decode("ascii")
        elif self.data is not None:
            made["data"] = self.data
            made.setdefault("datacontenttype", "application/json")
        return made

    @staticmethod
    def from_json(made: Json) -> Event:
        """Of the structured form; members that are null are not there."""
        if not isinstance(made, dict):
            raise InvalidEvent("an event is a JSON object")
        attributes = {name: value for name, value in made.items() if value is not None and name not in _DATA}
        return event_of(attributes, _data_of(made))


def event_of(attributes: Mapping[str, Json], data: Json) -> Event:
    """Checks what every event has: specversion, id, source and type."""
    if attributes.get("specversion") != "1.0":
        raise InvalidEvent(f"specversion is {attributes.get('specversion')!r}: only 1.0 is taken")
    for name in ("id", "source", "type"):
        if not attributes.get(name):
            raise InvalidEvent(f"an event needs {name}, a text that is not empty")
    for name in _KNOWN:
        if name in attributes and not isinstance(attributes[name], str):
            raise InvalidEvent(f"{name} is a text")
    extensions = {name: value for name, value in attributes.items() if name not in _KNOWN and name != "specversion"}
    for name, value in extensions.items():
        if not isinstance(value, (str, int)):
            raise InvalidEvent(f"extension {name!r} is a text, a whole number or a boolean")
    known = {name: attributes.get(name) for name in _KNOWN}
    return Event(data=data, extensions=extensions, **known)  # type: ignore[arg-type]  # texts: checked above


def _data_of(made: Mapping[str, Json]) -> Json:
    if made.get("data_base64") is None:
        return made.get("data")
    if made.get("data") is not None:
        raise InvalidEvent("an event has data or data_base64, not both")
    try:
        return base64.b64decode(made["data_base64"], validate=True)
    except (TypeError, ValueError) as error:
        raise InvalidEvent(f"data_base64: {error}") from None
