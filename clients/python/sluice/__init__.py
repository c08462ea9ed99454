"""A client of Sluice. docs/guide/python.md begins with a complete service."""

from .aio import AsyncClient
from .aio_consumer import AsyncConsumer, AsyncHandler, in_threads
from .answers import DONE, Answer, Dead, Done, Retry, Settled
from .client import Client
from .consumer import Consumer, Handler
from .errors import (
    Conflict,
    Fault,
    Full,
    Invalid,
    NotAllowed,
    NotFound,
    NotNow,
    PartlyRefused,
    Published,
    Refused,
    SluiceError,
    TooLarge,
    Unreachable,
    Unreadable,
)
from .event import Event, InvalidEvent
from .inbox import Advance, Inbox
from .options import Options
from .watch import Watch
from .wire import Lease, Watched

__all__ = [
    "Advance", "Answer", "AsyncClient", "AsyncConsumer", "AsyncHandler", "Client", "Conflict", "Consumer", "DONE",
    "Dead", "Done", "Event", "Fault", "Full", "Handler", "Inbox", "Invalid", "InvalidEvent", "Lease", "NotAllowed",
    "NotFound", "NotNow", "Options", "PartlyRefused", "Published", "Refused", "Retry", "Settled", "SluiceError",
    "TooLarge", "Unreachable", "Unreadable", "Watch", "Watched", "in_threads",
]
