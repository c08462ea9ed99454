"""A client of Sluice. docs/guide/python.md begins with a complete service."""

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
)
from .event import Event, InvalidEvent
from .inbox import Advance, Inbox
from .options import Options
from .wire import Lease, Watched

__all__ = [
    "DONE", "Advance", "Answer", "Client", "Conflict", "Consumer", "Dead", "Done", "Event", "Fault", "Full", "Handler", "Inbox",
    "Invalid", "InvalidEvent", "Lease", "NotAllowed", "NotFound", "NotNow", "Options", "PartlyRefused", "Published", "Refused",
    "Retry", "Settled", "SluiceError", "TooLarge", "Unreachable", "Watched",
]
