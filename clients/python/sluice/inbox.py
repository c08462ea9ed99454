"""Per subject, how far a subscription has come: a row in the service's own database, in the transaction of the effects.
docs/formats/inbox.md has the table, which every client and the C++ library share."""

from __future__ import annotations

import enum
import logging
import threading
import time
from typing import Any, Callable, Dict, Generic, Mapping, TypeVar

from .answers import Answer, Dead, Retry, settled
from .backoff import Backoff
from .dbapi import Connection, Statement, is_a
from .event import Event
from .xxh3 import xxh3_64

log = logging.getLogger("sluice")
C = TypeVar("C", bound=Connection)
Effects = Callable[[Event, C], Answer]

_CREATE = """\
create table if not exists sluice_inbox (domain {text}(64) not null, subscription {text}(64) not null,
subject {text}(1024) not null, last_position bigint not null, last_id_hash bigint not null, updated_at bigint not null,
primary key (domain, subscription, subject))"""
_SAME_LETTERS = "select case when 'a' = 'A' then 1 else 0 end"  # MySQL: to its collations "a", "A" and "a " are one
_WHERE = "where domain = {domain} and subscription = {subscription} and subject = {subject}"
_MOVE = ("update sluice_inbox set last_position = {position}, last_id_hash = {hash}, updated_at = {now} "
         + _WHERE + " and last_position < {position}")
_READ = "select last_position, last_id_hash from sluice_inbox " + _WHERE
_ADD = ("insert into sluice_inbox (domain, subscription, subject, last_position, last_id_hash, updated_at) "
        "values ({domain}, {subscription}, {subject}, {position}, {hash}, {now})")


class Advance(enum.Enum):
    FIRST = "first"  # the row is written: handle it
    DUPLICATE = "duplicate"  # handled before: skip it
    REUSED = "reused"  # the position was another event's: stop the subject


class Raced(Exception):
    """Somebody else moved the same subject at the same time: roll back, and ask again."""


class Inbox(Generic[C]):
    """Makes effects exactly once: the row and the effects are there together, or neither. The row is written first,
    and only upwards, so that two owners of a subject cannot both succeed.
    Threads:  any; each has a connection of its own, that `connect` opens and that goes with its thread.
    Failure:  a lock, and a database that is away, are waited for, `patience_s` long and with a connection that is opened
              anew; whatever else the database says is an exception, and so a retry.
    Limits:   a connection per thread."""

    def __init__(self, connect: Callable[[], C], subscription: str, *, domain: str, paramstyle: str = "qmark",
                 patience_s: float = 30.0) -> None:
        """`connect` opens a connection that is not in autocommit; `paramstyle` is its module's. `subscription` is the
        name under which progress is kept: for ever the same."""
        self._connect = connect
        self._names = {"domain": domain, "subscription": subscription}
        self._patience_s = patience_s
        self._move, self._read, self._add = (Statement(text, paramstyle) for text in (_MOVE, _READ, _ADD))
        self._own = threading.local()

    def create(self, *statements: str) -> None:
        """Makes the table if it is not there, and runs statements of the service's own (its schema)."""
        connection = self._connect()
        try:
            cursor = connection.cursor()
            cursor.execute(_SAME_LETTERS)
            text = "varbinary" if cursor.fetchone()[0] == 1 else "varchar"
            for statement in (_CREATE.format(text=text), *statements):
                cursor.execute(statement)
            connection.commit()
        finally:
            connection.close()

    def advance(self, connection: C, event: Event) -> Advance:
        """In the caller's transaction, before its effects. DUPLICATE and REUSED have changed nothing."""
        now_ms = int(time.time() * 1000)
        values: Dict[str, Any] = {**self._names, "subject": event.subject or "", "position": event.position,
                                  "hash": id_hash(event), "now": now_ms}
        _refuse_autocommit(connection)
        cursor = connection.cursor()
        try:
            touched = self._move.run(cursor, values)
            if touched not in (0, 1):
                raise ValueError(f"the driver says that {touched} rows were touched where it is one or none: use another")
            if touched == 1:
                return Advance.FIRST
            cursor.execute(self._read.text, self._read.values(values))
            row = cursor.fetchone()
            if row is not None:
                return _compared(event, int(row[0]), int(row[1]))
            try:
                self._add.run(cursor, values)
            except Exception as error:
                if is_a(error, "DataError") or not is_a(error, "DatabaseError"):
                    raise
                raise Raced(str(error)) from error  # the row is there now; pg8000 says so by no class of its own
            return Advance.FIRST
        finally:
            cursor.close()

    def handler(self, effects: Mapping[str, Effects[C]]) -> Callable[[Event], Answer]:
        """For a Consumer: what each type does, in a transaction with the inbox row. Other types are done."""
        nothing: Effects[C] = lambda event, connection: None
        return lambda event: self.apply(event, effects.get(event.type, nothing))

    def trial(self, effects: Mapping[str, Effects[C]]) -> Callable[[Event], Answer]:
        """The same, of which nothing is kept: for trial runs."""
        nothing: Effects[C] = lambda event, connection: None
        return lambda event: self.apply(event, effects.get(event.type, nothing), keep=False)

    def apply(self, event: Event, effects: Effects[C], *, keep: bool = True) -> Answer:
        """Commits if the answer is done and it is to be kept, else rolls back."""
        backoff = Backoff(most_s=2.0)
        until_s = time.monotonic() + self._patience_s
        while True:
            try:
                return self._apply(event, effects, keep)
            except Exception as error:
                wait_s = backoff.wait_s()
                passes = isinstance(error, Raced) or is_a(error, "OperationalError", "InterfaceError")
                if not passes or time.monotonic() + wait_s > until_s:
                    raise
                log.warning("%s of %s: %s: %s; again", event.id, event.source, type(error).__name__, error)
                time.sleep(wait_s)

    def _apply(self, event: Event, effects: Effects[C], keep: bool) -> Answer:
        connection = self._mine()
        try:
            advance = self.advance(connection, event)
            if advance is Advance.FIRST:
                answer = _said(effects, event, connection)
            elif advance is Advance.DUPLICATE:
                answer = None
            else:
                answer = Dead(f"position {event.position} was another event's: nothing is handled twice under one position")
            if keep and advance is Advance.FIRST and settled(answer).word == "done":
                connection.commit()
            else:
                connection.rollback()
        except BaseException:
            self._drop(connection)
            raise
        return answer

    def _mine(self) -> C:
        connection: C
        if getattr(self._own, "connection", None) is None:
            self._own.connection = self._connect()
        connection = self._own.connection
        return connection

    def _drop(self, connection: C) -> None:
        """Closing rolls back, also where a rollback fails since the connection is lost."""
        self._own.connection = None
        try:
            connection.close()
        except Exception as error:
            log.info("a connection that is given up: %s: %s", type(error).__name__, error)


def id_hash(event: Event) -> int:
    """XXH3 over source and id, as a signed integer of the same bits."""
    of_source = xxh3_64(event.source.encode("utf-8"), 2)
    hash_ = xxh3_64(event.id.encode("utf-8"), of_source)
    return hash_ - (1 << 64) if hash_ >> 63 else hash_


def _said(effects: Effects[C], event: Event, connection: C) -> Answer:
    try:
        return effects(event, connection)
    except (Retry, Dead) as answer:
        return answer


def _refuse_autocommit(connection: Connection) -> None:
    """As far as the driver shows it: `autocommit` as most have it, MySQL's by a method, sqlite3 by its isolation level."""
    asked = getattr(connection, "get_autocommit", None)
    of_sqlite = getattr(connection, "in_transaction", None) is False and getattr(connection, "isolation_level", "") is None
    if of_sqlite or getattr(connection, "autocommit", False) is True or (callable(asked) and asked()):
        raise ValueError("the connection is in autocommit: effects and inbox would not be one transaction")


def _compared(event: Event, last: int, last_hash: int) -> Advance:
    if last < event.position:
        raise Raced(f"subject {event.subject!r} has just moved to position {last}")
    return Advance.REUSED if last == event.position and last_hash != id_hash(event) else Advance.DUPLICATE
