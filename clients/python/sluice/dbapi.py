"""What of DB-API 2.0 (PEP 249) is used, and statements in each of its five styles of parameters."""

from __future__ import annotations

import re
from typing import Any, Dict, Protocol, Sequence, Tuple, Union


class Cursor(Protocol):
    @property
    def rowcount(self) -> int: ...

    def execute(self, operation: str, parameters: Any = ..., /) -> Any: ...

    def fetchone(self) -> Any: ...

    def close(self) -> Any: ...


class Connection(Protocol):
    def cursor(self) -> Any: ...

    def commit(self) -> Any: ...

    def rollback(self) -> Any: ...

    def close(self) -> Any: ...


STYLES = ("qmark", "numeric", "named", "format", "pyformat")


class Statement:
    """A statement whose parameters are written as `{name}`."""

    def __init__(self, text: str, style: str) -> None:
        if style not in STYLES:
            raise ValueError(f"paramstyle {style!r} is none of {', '.join(STYLES)}: take the driver module's `paramstyle`")
        self._names: Tuple[str, ...] = tuple(re.findall(r"\{(\w+)\}", text))
        self._by_name = style in ("named", "pyformat")
        numbers = iter(range(1, len(self._names) + 1))
        self.text = re.sub(r"\{(\w+)\}", lambda one: _mark(style, one.group(1), next(numbers)), text)

    def values(self, values: Dict[str, Any]) -> Union[Sequence[Any], Dict[str, Any]]:
        if self._by_name:
            return {name: values[name] for name in self._names}
        return [values[name] for name in self._names]

    def run(self, cursor: Cursor, values: Dict[str, Any]) -> int:
        """Rows that were touched."""
        cursor.execute(self.text, self.values(values))
        return cursor.rowcount


def _mark(style: str, name: str, number: int) -> str:
    return {"qmark": "?", "numeric": f":{number}", "named": f":{name}", "format": "%s", "pyformat": f"%({name})s"}[style]


def is_a(error: BaseException, *names: str) -> bool:
    """Whether it is one of PEP 249's exceptions, by name: each driver has classes of its own."""
    return any(kind.__name__ in names for kind in type(error).__mro__)
