"""Requests over kept connections: the only module that touches the network."""

from __future__ import annotations

import dataclasses
import http.client
import json
import ssl
import threading
import urllib.parse
from typing import Dict, List, Mapping, Optional, Tuple

from .errors import Unreachable
from .event import Json

ANSWER_BYTES_MAX = 256 << 20
PIECE_BYTES = 256 << 10


@dataclasses.dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    wait_s: float = 0  # that the daemon may take before it answers, beside the time-out


@dataclasses.dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> Json:
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode("utf-8", "replace")

    @property
    def retry_after_s(self) -> Optional[float]:
        text = self.headers.get("retry-after", "")
        return float(text) if text.isascii() and text.isdigit() else None


class Transport:
    """HTTP/1.1 to one daemon.
    Threads:  any.
    Failure:  Unreachable; what was sent may have been done. A kept connection that was closed meanwhile is no failure:
              the request goes once more, on a fresh one.
    Limits:   `connections` at once, more wait; 256 MiB of an answer."""

    def __init__(self, url: str, token: Optional[str], timeout_s: float, connections: int,
                 tls: Optional[ssl.SSLContext]) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError(f"{url!r} is no address of a daemon: http://HOST:PORT or https://HOST:PORT")
        self._url = url
        self._host, self._port, self._prefix = parts.hostname, parts.port, parts.path.rstrip("/")
        self._tls = tls or (ssl.create_default_context() if parts.scheme == "https" else None)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout_s = timeout_s
        self._places = threading.BoundedSemaphore(connections)
        self._lock = threading.Lock()
        self._idle: List[http.client.HTTPConnection] = []

    def send(self, request: Request) -> Reply:
        with self._places:
            connection, kept = self._take()
            try:
                return self._exchange(connection, request)
            except (http.client.BadStatusLine, ConnectionError) as error:
                if not kept:
                    raise self.unreachable(error) from error
            except (http.client.HTTPException, OSError) as error:
                raise self.unreachable(error) from error
            try:
                return self._exchange(self.connect(), request)
            except (http.client.HTTPException, OSError) as error:
                raise self.unreachable(error) from error

    def close(self) -> None:
        """Idle connections go; those in use end with their requests."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> Tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            if self._idle:
                return self._idle.pop(), True
        return self.connect(), False

    def connect(self, timeout_s: Optional[float] = None) -> http.client.HTTPConnection:
        """A connection that is the caller's."""
        timeout_s = self._timeout_s if timeout_s is None else timeout_s
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout_s, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout_s)

    def write(self, connection: http.client.HTTPConnection, request: Request) -> None:
        connection.request(request.method, self._prefix + request.path, body=request.body or None,
                           headers={**self._headers, **request.headers})

    def _exchange(self, connection: http.client.HTTPConnection, request: Request) -> Reply:
        try:
            if connection.sock is None:
                connection.connect()
            assert connection.sock is not None
            connection.sock.settimeout(self._timeout_s + request.wait_s)
            self.write(connection, request)
            answer = connection.getresponse()
            body = _whole(answer)
        except BaseException:
            connection.close()
            raise
        headers: Dict[str, str] = {name.lower(): value for name, value in answer.getheaders()}
        if answer.will_close:
            connection.close()
        else:
            with self._lock:
                self._idle.append(connection)
        return Reply(answer.status, headers, body)

    def unreachable(self, error: Exception) -> Unreachable:
        return Unreachable(f"{self._url} gives no answer: {type(error).__name__}: {error}")


def _whole(answer: http.client.HTTPResponse) -> bytes:
    """In pieces: asked for all at once, Python 3.9 makes room for the most that may come."""
    pieces: List[bytes] = []
    left = ANSWER_BYTES_MAX
    while left >= 0:
        piece = answer.read(PIECE_BYTES)
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    else:
        raise http.client.HTTPException(f"an answer of more than {ANSWER_BYTES_MAX} bytes")
    if answer.length:  # what it promised, and did not send
        raise http.client.IncompleteRead(b"".join(pieces), answer.length)
    return b"".join(pieces)
