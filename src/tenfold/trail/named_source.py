"""A source by what a user writes for it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tenfold.aws.connection import Connection
from tenfold.model.errors import InputError
from tenfold.store.ledger import ObjectKind
from tenfold.trail.folder import Folder
from tenfold.trail.keys import kind_of
from tenfold.trail.prefix import Prefix
from tenfold.trail.queue import Queue
from tenfold.trail.source import Source, is_bucket

_BUCKET = re.compile(r"s3://([^/]+)/?(.*)", re.DOTALL)
_URL = ("https://", "http://")


def source(
    text: str, connect: Callable[[], Connection], *, since: date | None = None, days: int | None = None
) -> Source:
    """A queue by its URL, a prefix by `s3://bucket/prefix`, else a folder or file of this machine.

    Args:
        text: what the user wrote. A prefix that names a folder need not end in `/`; a whole key names one object.
        connect: gives the connection to AWS; not asked for a folder.
        since: see Prefix.
        days: see Prefix.

    Raises:
        InputError: there is no such folder, and can be no such bucket.
        ConfigError, AccessError: no connection.
    """
    if text.startswith(_URL):
        return Queue(connect(), text)
    bucket = _BUCKET.fullmatch(text)
    if not bucket:
        return Folder(Path(text))
    if not is_bucket(bucket[1]):
        raise InputError(f"no bucket can have the name {bucket[1]!r}", where=text)
    is_whole = not bucket[2] or bucket[2].endswith("/") or kind_of(bucket[2]) is ObjectKind.EVENTS
    prefix = bucket[2] if is_whole else f"{bucket[2]}/"
    return Prefix(connect(), bucket[1], prefix, since=since, days=days)
