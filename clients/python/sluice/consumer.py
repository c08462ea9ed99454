"""Pulls a subscription's events and calls a handler for each: subjects at once, each in its order."""

from __future__ import annotations

import logging
import queue
import signal
import threading
import time
from typing import Callable, List, Optional, Sequence, Tuple

from .answers import Answer, Settled, settled
from .backoff import Backoff
from .client import Client
from .errors import Conflict, Refused, SluiceError, Unreachable
from .event import Event
from .lease_work import LeaseWork
from .options import Options

log = logging.getLogger("sluice")
Handler = Callable[[Event], Answer]


class Consumer:
    """A subject's events are handled one after another, those of `options.workers` subjects at once, each at least
    once; with an `Inbox` as the handler each takes effect once. A lease is extended while its events wait or are
    handled. When Sluice is away or says "not now", it is asked again, later each time.
    Threads:  `run` is called once; the handler is called in threads of the consumer's; `stop` from any, and from signals.
    Failure:  a handler's exception is a retry (see `answers`); `run` raises what no waiting mends: an unknown
              subscription, a token that is refused.
    Limits:   see `Options`; each is the limit of something that could grow."""

    def __init__(self, client: Client, subscription: str, handler: Handler, options: Options = Options(), *,
                 domain: Optional[str] = None) -> None:
        self._client = client
        self._subscription = subscription
        self._domain = domain
        self._handler = handler
        self._options = options
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._works: List[LeaseWork] = []  # handled, or waiting for a worker; under _changed
        self._queue: queue.SimpleQueue[Optional[LeaseWork]] = queue.SimpleQueue()
        self._ended = False

    def run(self, *, signals: bool = True) -> bool:
        """Until `stop`, or SIGTERM or SIGINT if `signals` (then in the main thread). Nothing more is begun then: what
        is under way is answered, the rest is given back; false if that took longer than `grace_s`: it comes again elsewhere."""
        before = {one: signal.signal(one, lambda *_: self.stop()) for one in (signal.SIGTERM, signal.SIGINT)} if signals else {}
        threads = [threading.Thread(target=self._work, name=f"sluice-{self._subscription}-{n}", daemon=True)
                   for n in range(self._options.workers)]
        threads.append(threading.Thread(target=self._extend, name=f"sluice-{self._subscription}-leases", daemon=True))
        for thread in threads:
            thread.start()
        log.info("%s: pulling, %d workers", self._subscription, self._options.workers)
        try:
            self._pull()
            log.info("%s: stopping, nothing more is begun", self._subscription)
            return self._finish()
        finally:
            self._ended = True
            for _ in range(self._options.workers):
                self._queue.put(None)
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        self._stopping.set()

    def _pull(self) -> None:
        backoff = Backoff(most_s=self._options.away_max_s)
        while not self._stopping.is_set():
            room = self._room()
            if room == 0:
                continue
            try:
                sent_s = time.monotonic()
                leases = self._client.pull(self._subscription, domain=self._domain, events_max=room,
                                           wait_s=self._options.wait_s, lease_s=self._options.lease_s)
            except SluiceError as error:
                if not passes(error):
                    raise
                log.warning("%s: %s", self._subscription, error)
                self._stopping.wait(backoff.wait_s(getattr(error, "retry_after_s", None)))
                continue
            backoff.reset()
            now_s = time.monotonic()
            log.debug("%s: %d leases after %.3f s", self._subscription, len(leases), now_s - sent_s)
            works = [LeaseWork(one, now_s, self._options.lease_s, self._options.handle_max_s) for one in leases]
            with self._changed:
                self._works.extend(works)
            for work in works:
                self._queue.put(work)

    def _room(self) -> int:
        """So many events may come. Waits a moment while most of the room is taken: few pulls, and not of single events."""
        most = self._options.events_max
        with self._changed:
            room = most - sum(work.left for work in self._works)
            if room * 2 < most or len(self._works) >= most:
                self._changed.wait(0.1)
                return 0
            return room

    def _work(self) -> None:
        while True:
            work = self._queue.get()
            if work is None:
                return
            try:
                self._handle_all(work)
            finally:
                with self._changed:
                    self._works.remove(work)
                    self._changed.notify_all()

    def _handle_all(self, work: LeaseWork) -> None:
        while not self._ended:
            with self._changed:
                if self._stopping.is_set():
                    work.give_back()
                event = work.next_event(time.monotonic())
            if event is None:
                break
            answer = call(self._handler, event)
            with self._changed:
                work.settle(answer)
                due = work.due(time.monotonic())
                self._changed.notify_all()
            self._say(work, due)
        with self._changed:
            due = work.due(time.monotonic())
        self._say(work, due)

    def _say(self, work: LeaseWork, answers: Sequence[Tuple[int, Settled]]) -> None:
        """Again and again while the lease may be ours. After that the events come again."""
        backoff = Backoff()
        until_s = time.monotonic() + self._options.lease_s
        while answers:
            try:
                refused = self._client.ack(self._subscription, work.lease.id, answers, domain=self._domain)
            except SluiceError as error:
                wait_s = backoff.wait_s(getattr(error, "retry_after_s", None))
                if passes(error) and time.monotonic() + wait_s < until_s:
                    time.sleep(wait_s)
                    continue
                self._lose(work, error)
                return
            for one in filter(None, refused):
                self._lose(work, one)
            return

    def _extend(self) -> None:
        while not self._ended:
            time.sleep(self._options.lease_s / 20)
            now_s = time.monotonic()
            with self._changed:
                due = [work for work in self._works if work.extension_due(now_s)]
            for work in due:
                try:
                    sent_s = time.monotonic()
                    got_s = self._client.extend(self._subscription, work.lease.id, self._options.lease_s, domain=self._domain)
                    with self._changed:
                        work.extended(sent_s, got_s)
                except Conflict as error:
                    self._lose(work, error)
                except SluiceError as error:
                    log.warning("%s: subject %r: the lease is not extended: %s", self._subscription, work.lease.subject, error)

    def _lose(self, work: LeaseWork, error: SluiceError) -> None:
        log.warning("%s: subject %r comes again: %s", self._subscription, work.lease.subject, error)
        with self._changed:
            work.lost()

    def _finish(self) -> bool:
        with self._changed:
            done = self._changed.wait_for(lambda: not self._works, self._options.grace_s)
        if not done:
            log.warning("%s: %d leases are not finished in %g s; their events come again", self._subscription,
                        len(self._works), self._options.grace_s)
        return done


def call(handler: Handler, event: Event) -> Settled:
    """What becomes of the event, whatever the handler does."""
    try:
        return settled(handler(event))
    except Exception as error:  # the handler's, of whatever kind
        return noted(event, error)


def noted(event: Event, error: Exception) -> Settled:
    answer = settled(error)
    log.warning("%s of %s, subject %r: %s: %s", event.id, event.source, event.subject, answer.word, answer.reason)
    return answer


def passes(error: SluiceError) -> bool:
    """Whether the same request may go well later."""
    if isinstance(error, Unreachable):
        return True
    return isinstance(error, Refused) and (error.status == 429 or error.status >= 500)
