"""Log files below a prefix of a bucket, found by listing its folders."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from tenfold.aws.connection import Connection
from tenfold.model.errors import AccessError, GapError
from tenfold.model.resource import Json
from tenfold.trail.bucket_region import region_of
from tenfold.trail.source import Delivery, Named

_ACCOUNT = r"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?\d{12}/"
_SERVICE = re.compile(rf"{_ACCOUNT}([^/]+)/$")
_DAY = re.compile(rf"{_ACCOUNT}CloudTrail[^/]*/[^/]+/(\d{{4}})/(?:(\d\d)/(?:(\d\d)/)?)?$")


class Prefix:
    """Lists whole folders each time: a file's name says nothing of when it came, so no marker is safe.

    Args:
        connection: may list the bucket.
        bucket: its name.
        prefix: begins the keys; up to and with a `/`, or empty.
        since: folders of earlier days are left out; None lists all.
        days: list the folders of today and so many days before, whenever it is asked; files come up to a day late.
    """

    every = 300.0

    def __init__(
        self,
        connection: Connection,
        bucket: str,
        prefix: str = "",
        *,
        since: date | None = None,
        days: int | None = None,
    ) -> None:
        self._connection, self._bucket, self._prefix = connection, bucket, prefix
        self._since, self._days = since, days

    def deliveries(self) -> Iterator[Delivery]:
        """One for each object.

        Raises:
            AccessError: the bucket cannot be listed; what was listed before has been given.
        """
        since = self._first_day()
        waiting = [self._prefix]
        while waiting:
            folders: list[str] = []
            for page in self._pages(waiting.pop()):
                for found in page.get("Contents") or ():
                    etag = str(found.get("ETag", "")).strip('"')
                    yield Delivery((Named(self._bucket, found["Key"], etag, found["Size"]),))
                folders += (found["Prefix"] for found in page.get("CommonPrefixes") or ())
            waiting += [folder for folder in reversed(folders) if _is_wanted(folder, since)]

    def acknowledge(self, _receipts: Sequence[str]) -> None:
        """Nobody waits for it."""

    def give_back(self) -> None:
        """The next listing finds it again."""

    @cached_property
    def _region(self) -> str:
        return region_of(self._connection, self._bucket)

    def _first_day(self) -> date | None:
        if self._days is None:
            return self._since
        return (self._connection.clock.now() - timedelta(days=self._days)).date()

    def _pages(self, prefix: str) -> Iterator[Mapping[str, Json]]:
        account, region = self._connection.identity().account, self._region
        parameters = {"Bucket": self._bucket, "Prefix": prefix, "Delimiter": "/"}
        try:
            yield from self._connection.pages(account, region, "s3:ListObjectsV2", parameters)
        except GapError as error:
            where = f"s3://{self._bucket}/{prefix}"
            raise AccessError(
                f"the bucket cannot be listed: {error.what}", where=where, next="Allow s3:ListBucket on it."
            ) from error


def _is_wanted(folder: str, since: date | None) -> bool:
    """Whether it may hold files of CloudTrail of that day or later."""
    service = _SERVICE.search(folder)
    if service and not service[1].startswith("CloudTrail"):
        return False
    day = _DAY.search(folder)
    if not day or not since:
        return True
    latest = tuple(int(part) for part in day.groups() if part)
    return latest >= (since.year, since.month, since.day)[: len(latest)]
