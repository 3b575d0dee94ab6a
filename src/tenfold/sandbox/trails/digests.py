"""Digests: which log files an hour brought, signed and chained, into the bucket of each trail that asks for them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Lock

from boto3 import Session
from moto.cloudtrail.models import Trail

from tenfold.sandbox.journal import Record
from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX, OPT_IN_REGIONS, OPTED_IN_REGIONS
from tenfold.sandbox.trails.chain import Chain, Lateness, Line
from tenfold.sandbox.trails.delivery import Obstacle, logging_trails, no_bucket
from tenfold.sandbox.trails.digest_file import DigestFile
from tenfold.sandbox.trails.files import LogFile, covered_accounts
from tenfold.sandbox.trails.keys import KeyRing
from tenfold.sandbox.trails.status import Statuses

_LAST_FILES = timedelta(minutes=20)
"""The files of a trail that was stopped still come for a while; its last digest is of the hour that has them all."""
_CLOUDTRAIL = "cloudtrail" + EVENT_SOURCE_SUFFIX
Overlooks = Callable[[LogFile], bool]
_Name = tuple[str, str, str]  # ARN of the trail, account, region


class Digests:
    """A chain for each account, region and trail that logs with validation.

    Args:
        now: the time.
        keys: what it signs with.
        statuses: where the trails' status is kept.
        lateness: how much later than usual a digest comes; None for never.
        overlooks: whether an hour's digest leaves out a file, which a backfill digest names later; None for never.
        obstacle: the error code of what keeps a trail from writing into its bucket.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        keys: KeyRing,
        statuses: Statuses,
        *,
        lateness: Lateness | None = None,
        overlooks: Overlooks | None = None,
        obstacle: Obstacle = no_bucket,
    ) -> None:
        self._now, self._keys, self._statuses = now, keys, statuses
        self.lateness, self.overlooks, self.obstacle = lateness, overlooks, obstacle
        self._lock = Lock()
        self._chains: dict[_Name, Chain] = {}
        self._replaced: list[Chain] = []

    def take(self, record: Record, _: Iterable[Trail]) -> None:
        """See what a call has done to the trails, at the moment it did."""
        if record["eventSource"] == _CLOUDTRAIL and not record["readOnly"]:
            with self._lock:
                self._follow(self._now())

    def hear(self, file: LogFile) -> None:
        """Keep a log file for the digest of its hour."""
        with self._lock:
            chain = self._chains.get((file.trail.arn, file.account, file.region))
            if chain:
                chain.add(file, overlooked=bool(self.overlooks and self.overlooks(file)))

    def tick(self, now: datetime) -> None:
        """Write the digests that are due."""
        with self._lock:
            self._follow(now)
            for chain in [*self._replaced, *self._chains.values()]:
                chain.advance(now)
                self._write_due(chain, chain.digests, now)
                self._write_due(chain, chain.backfills, now)
            self._replaced = [chain for chain in self._replaced if not chain.finished]
            self._chains = {name: chain for name, chain in self._chains.items() if not chain.finished}

    def _follow(self, now: datetime) -> None:
        """Begin the chains of what has started, and let those of what has stopped come to their end."""
        now = now.astimezone(UTC).replace(microsecond=0)
        logging = logging_trails()
        validating = _validating(logging)
        for name, trail in validating.items():
            chain = self._chains.get(name)
            if chain is None or chain.stopped:
                self._begin(name, trail, now)
        for name in self._chains.keys() - validating.keys():
            chain = self._chains[name]
            chain.stop(now if chain.trail in logging else now + _LAST_FILES)

    def _begin(self, name: _Name, trail: Trail, now: datetime) -> None:
        if before := self._chains.get(name):
            before.cut(now)
            self._replaced.append(before)
        self._chains[name] = Chain(trail, name[1], name[2], now, self._late)

    def _late(self, trail: Trail, account: str, region: str, end: datetime) -> timedelta:
        return self.lateness(trail, account, region, end) if self.lateness else timedelta(0)

    def _write_due(self, chain: Chain, line: Line, now: datetime) -> None:
        """Write a line's digests in their order; one that cannot be written holds up those behind it."""
        while line.waiting and line.waiting[0].due <= now:
            error = self.obstacle(chain.trail)
            self._statuses.of(chain.trail).digest.note(now, error)
            if error:
                return
            signed, _, hour = line.waiting[0]
            generated = signed if line.backfill else None
            file = DigestFile(chain.trail, chain.account, chain.region, hour, line.previous, generated)
            line.previous = file.write(self._keys.at(chain.region, signed))
            line.waiting.popleft()


def _validating(logging: Iterable[Trail]) -> dict[_Name, Trail]:
    """The trails with validation among those that log, by each account and region that a chain is kept for."""
    found: dict[_Name, Trail] = {}
    for trail in logging:
        if trail.log_validation:
            arn, accounts, regions = trail.arn, sorted(covered_accounts(trail)), _regions(trail)
            found |= {(arn, account, region): trail for account in accounts for region in regions}
    return found


def _regions(trail: Trail) -> tuple[str, ...]:
    return _enabled_regions(trail.partition) if trail.is_multi_region else (trail.region_name,)


@cache
def _enabled_regions(partition: str) -> tuple[str, ...]:
    names = Session().get_available_regions("ec2", partition_name=partition)
    return tuple(name for name in names if name not in OPT_IN_REGIONS or name in OPTED_IN_REGIONS)
