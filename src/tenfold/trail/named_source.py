"""A source by what a user writes for it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tenfold.aws.connection import Connection
from tenfold.trail.folder import Folder
from tenfold.trail.prefix import Prefix
from tenfold.trail.queue import Queue
from tenfold.trail.source import Source

_BUCKET = re.compile(r"s3://([^/]+)/?(.*)", re.DOTALL)
_URL = ("https://", "http://")


def source(
    text: str, connect: Callable[[], Connection], *, since: date | None = None, days: int | None = None
) -> Source:
    """A queue by its URL, a prefix by `s3://bucket/prefix`, else a folder or file of this machine.

    Args:
        text: what the user wrote. A prefix that names a folder need not end in `/`.
        connect: gives the connection to AWS; not asked for a folder.
        since: see Prefix.
        days: see Prefix.

    Raises:
        InputError: there is no such folder.
        ConfigError, AccessError: no connection.
    """
    if text.startswith(_URL):
        return Queue(connect(), text)
    bucket = _BUCKET.fullmatch(text)
    if not bucket:
        return Folder(Path(text))
    prefix = bucket[2] if not bucket[2] or bucket[2].endswith("/") else f"{bucket[2]}/"
    return Prefix(connect(), bucket[1], prefix, since=since, days=days)
