"""What a source of log files gives: deliveries of named objects, each acknowledged when it is dealt with."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from tenfold.store.ledger import DeadLetter, Version

LOCAL = "file"
"""The bucket of local files."""

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}|arn:[a-z0-9-]+:s3[a-z0-9-]*:[A-Za-z0-9:/_-]{1,200}")
"""Names of buckets, with those of before 2018, and ARNs of access points: a name stands in the host of a request."""


def is_bucket(name: str) -> bool:
    """Whether a bucket, or an access point to one, can have this name; that of local files is none."""
    return name != LOCAL and ".." not in name and _BUCKET.fullmatch(name) is not None


class Named(msgspec.Struct, frozen=True):
    """An object that exists somewhere: `etag` is '' and `size` -1 when the one who named it did not say."""

    bucket: str
    key: str
    etag: str = ""
    size: int = -1

    @property
    def version(self) -> Version:
        """What the ledger knows it by."""
        return self.bucket, self.key, self.etag


class Delivery(msgspec.Struct, frozen=True):
    """Some objects that were named together, what of it could not be understood, and by what to acknowledge it."""

    objects: tuple[Named, ...] = ()
    letters: tuple[DeadLetter, ...] = ()
    receipt: str = ""


class Source(Protocol):
    """Where log files come from; `every` so many seconds it is worth asking."""

    every: float

    def deliveries(self) -> Iterator[Delivery]:
        """What is there now; a queue gives what it has and ends when it is empty."""

    def acknowledge(self, receipts: Sequence[str]) -> None:
        """These deliveries are dealt with: committed, heard, written down."""

    def give_back(self) -> None:
        """What was not acknowledged is to come again."""


class Listed:
    """Objects that are known by name: nobody waits for an acknowledgement."""

    every = 0.0

    def __init__(self, objects: Sequence[Named]) -> None:
        self._objects = objects

    def deliveries(self) -> Iterator[Delivery]:
        """One for each object."""
        return (Delivery((named,)) for named in self._objects)

    def give_back(self) -> None:
        """Nothing to do."""

    def acknowledge(self, _receipts: Sequence[str]) -> None:
        """Nothing to do."""
