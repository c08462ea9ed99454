"""What comes into an ordered topic, as server-sent events."""

from __future__ import annotations

import http.client
import socket
import threading
from typing import Iterator, Optional

from . import wire
from .errors import Unreachable
from .transport import Reply, Transport
from .wire import Watched

SILENCE_S_MAX = 30.0  # a comment comes every ten seconds


class Watch(Iterator[Watched]):
    """Records from now on; it keeps no progress. Ends when the daemon does, or when it is closed.
    Threads:  one iterates; `close` from any, and then the iteration ends.
    Failure:  Refused when it is opened, Unreachable when it falls silent or breaks off."""

    def __init__(self, transport: Transport, domain: str, subject: Optional[str]) -> None:
        self._domain = domain
        self._connection = transport.connect(SILENCE_S_MAX)
        self._closed = False
        self._reading = threading.RLock()
        try:
            transport.write(self._connection, wire.watch(domain, subject))
            self._socket: Optional[socket.socket] = self._connection.sock
            self._answer = self._connection.getresponse()
            if self._answer.status != 200:
                headers = {name.lower(): value for name, value in self._answer.getheaders()}
                raise wire.problem(Reply(self._answer.status, headers, self._answer.read()))
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            raise transport.unreachable(error) from error
        except BaseException:
            self._connection.close()
            raise

    def __next__(self) -> Watched:
        with self._reading:
            try:
                while not self._closed:
                    line = self._answer.readline()
                    if not line:
                        break
                    record = wire.read_watched(line.decode("utf-8"))
                    if record is not None:
                        return record
            except (http.client.HTTPException, OSError, ValueError) as error:
                if not self._closed:
                    self.close()
                    raise Unreachable(f"the watch of {self._domain!r} broke off: {error}") from error
        self.close()
        raise StopIteration

    def close(self) -> None:
        self._closed = True
        try:
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)  # a thread that reads wakes up …
        except OSError:
            pass  # it is closed already
        with self._reading:  # … and has left
            self._answer.close()
            self._connection.close()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
