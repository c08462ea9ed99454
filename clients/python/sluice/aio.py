"""The client for asyncio. A request waits in a thread of its own, of which there are as many as
connections: a consumer has few requests under way, and the protocol is written down once."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import ssl
import time
from typing import Any, AsyncIterator, Callable, List, Optional, Sequence, Tuple, TypeVar

from .answers import Settled
from .client import Client
from .errors import Published, Refused, Unreachable
from .event import Event
from .publishing import Publishing
from .wire import Lease, Watched

T = TypeVar("T")


class AsyncClient:
    """`Client`, with `await`. A call that is cancelled goes on in its thread, and its answer is nobody's: leases of a
    pull that is cancelled end by themselves."""

    def __init__(self, url: str = "http://127.0.0.1:8480", *, token: Optional[str] = None, timeout_s: float = 30.0,
                 connections: int = 16, tls: Optional[ssl.SSLContext] = None) -> None:
        self._client = Client(url, token=token, timeout_s=timeout_s, connections=connections, tls=tls)
        self._threads = concurrent.futures.ThreadPoolExecutor(connections, "sluice")

    async def publish(self, *events: Event, domain: Optional[str] = None, idempotency_key: Optional[str] = None,
                      patience_s: float = 30.0) -> List[Published]:
        work = Publishing(events, domain, idempotency_key, patience_s, time.monotonic())
        while True:
            try:
                wait_s = work.answered(await self._call(self._client.send, work.request()), time.monotonic())
            except Unreachable as error:
                wait_s = work.failed(error, time.monotonic())
            if wait_s is None:
                return work.result()
            await asyncio.sleep(wait_s)

    async def pull(self, subscription: str, *, domain: Optional[str] = None, events_max: int = 100, wait_s: float = 20.0,
                   lease_s: float = 30.0) -> List[Lease]:
        return await self._call(self._client.pull, subscription, domain=domain, events_max=events_max, wait_s=wait_s,
                                lease_s=lease_s)

    async def ack(self, subscription: str, lease: str, answers: Sequence[Tuple[int, Settled]], *,
                  domain: Optional[str] = None) -> List[Optional[Refused]]:
        return await self._call(self._client.ack, subscription, lease, answers, domain=domain)

    async def extend(self, subscription: str, lease: str, lease_s: float, *, domain: Optional[str] = None) -> float:
        return await self._call(self._client.extend, subscription, lease, lease_s, domain=domain)

    async def watch(self, domain: str, *, subject: Optional[str] = None) -> AsyncIterator[Watched]:
        watch = await self._call(self._client.watch, domain, subject=subject)
        try:
            while True:
                record = await self._call(next, watch, None)
                if record is None:
                    return
                yield record
        finally:
            watch.close()

    async def _call(self, function: Callable[..., T], *values: Any, **named: Any) -> T:
        call = functools.partial(function, *values, **named)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def close(self) -> None:
        self._threads.shutdown(wait=False)
        self._client.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
