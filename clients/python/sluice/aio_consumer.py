"""The consumer for asyncio."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Awaitable, Callable, List, Optional, Sequence, Set, Tuple

from .aio import AsyncClient
from .answers import Answer, Settled, settled
from .backoff import Backoff
from .consumer import log, noted, passes
from .errors import Conflict, SluiceError
from .event import Event
from .lease_work import LeaseWork
from .options import Options

AsyncHandler = Callable[[Event], Awaitable[Answer]]


def in_threads(handler: Callable[[Event], Answer]) -> AsyncHandler:
    """A handler that blocks (an `Inbox`'s) for an AsyncConsumer."""
    return lambda event: asyncio.get_running_loop().run_in_executor(None, handler, event)


class AsyncConsumer:
    """`Consumer`, whose handler is awaited: `options.workers` subjects at once, each in its order. All of it happens in
    the loop that `run` is awaited in; `stop` is called there, too."""

    def __init__(self, client: AsyncClient, subscription: str, handler: AsyncHandler, options: Options = Options(), *,
                 domain: Optional[str] = None) -> None:
        self._client = client
        self._subscription = subscription
        self._domain = domain
        self._handler = handler
        self._options = options
        self._stopped = False
        self._works: List[LeaseWork] = []
        self._tasks: Set[asyncio.Task[None]] = set()

    async def run(self, *, signals: bool = True) -> bool:
        """As Consumer.run. Cancelled, it gives up at once."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGTERM, signal.SIGINT) if signals else ()
        for number in numbers:
            loop.add_signal_handler(number, self.stop)
        self._places = asyncio.Semaphore(self._options.workers)
        extending = loop.create_task(self._extend())
        log.info("%s: pulling, %d workers", self._subscription, self._options.workers)
        try:
            await self._pull()
            log.info("%s: stopping, nothing more is begun", self._subscription)
            if not self._tasks:
                return True
            _, late = await asyncio.wait(self._tasks, timeout=self._options.grace_s)
            return not late
        finally:
            for task in (extending, *self._tasks):
                task.cancel()
            await asyncio.gather(extending, *self._tasks, return_exceptions=True)
            for number in numbers:
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        self._stopped = True

    async def _pull(self) -> None:
        backoff = Backoff(most_s=self._options.away_max_s)
        while not self._stopped:
            room = self._options.events_max - sum(work.left for work in self._works)
            if room * 2 < self._options.events_max or len(self._works) >= self._options.events_max:
                await asyncio.wait(self._tasks, timeout=0.1, return_when=asyncio.FIRST_COMPLETED)
                continue
            try:
                leases = await self._client.pull(self._subscription, domain=self._domain, events_max=room,
                                                 wait_s=self._options.wait_s, lease_s=self._options.lease_s)
            except SluiceError as error:
                if not passes(error):
                    raise
                log.warning("%s: %s", self._subscription, error)
                await self._rest(backoff.wait_s(getattr(error, "retry_after_s", None)))
                continue
            backoff.reset()
            for lease in leases:
                work = LeaseWork(lease, time.monotonic(), self._options.lease_s, self._options.handle_max_s)
                self._works.append(work)
                task = asyncio.get_running_loop().create_task(self._work(work))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _rest(self, wait_s: float) -> None:
        until_s = time.monotonic() + wait_s
        while not self._stopped and time.monotonic() < until_s:
            await asyncio.sleep(min(0.1, wait_s))

    async def _work(self, work: LeaseWork) -> None:
        try:
            async with self._places:
                while True:
                    if self._stopped:
                        work.give_back()
                    event = work.next_event(time.monotonic())
                    if event is None:
                        break
                    work.settle(await self._handled(event))
                    await self._say(work, work.due(time.monotonic()))
                await self._say(work, work.due(time.monotonic()))
        finally:
            self._works.remove(work)

    async def _handled(self, event: Event) -> Settled:
        try:
            return settled(await self._handler(event))
        except Exception as error:  # the handler's, of whatever kind
            return noted(event, error)

    async def _say(self, work: LeaseWork, answers: Sequence[Tuple[int, Settled]]) -> None:
        backoff = Backoff()
        until_s = time.monotonic() + self._options.lease_s
        while answers:
            try:
                for one in filter(None, await self._client.ack(self._subscription, work.lease.id, answers, domain=self._domain)):
                    self._lose(work, one)
                return
            except SluiceError as error:
                wait_s = backoff.wait_s(getattr(error, "retry_after_s", None))
                if not passes(error) or time.monotonic() + wait_s >= until_s:
                    self._lose(work, error)
                    return
            await asyncio.sleep(wait_s)

    async def _extend(self) -> None:
        while True:
            await asyncio.sleep(self._options.lease_s / 20)
            for work in [one for one in self._works if one.extension_due(time.monotonic())]:
                sent_s = time.monotonic()
                try:
                    got_s = await self._client.extend(self._subscription, work.lease.id, self._options.lease_s,
                                                      domain=self._domain)
                    work.extended(sent_s, got_s)
                except Conflict as error:
                    self._lose(work, error)
                except SluiceError as error:
                    log.warning("%s: subject %r: the lease is not extended: %s", self._subscription, work.lease.subject, error)

    def _lose(self, work: LeaseWork, error: SluiceError) -> None:
        log.warning("%s: subject %r comes again: %s", self._subscription, work.lease.subject, error)
        work.lost()
