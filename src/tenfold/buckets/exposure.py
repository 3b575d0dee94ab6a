"""The exposure of the buckets of a snapshot."""

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches

import msgspec

from tenfold.model.errors import ConfigError
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import Answer, Exposure, Reached
from tenfold.policy.facts import bucket_facts, facts_behind
from tenfold.policy.reach import reach


class BucketExposure(msgspec.Struct, frozen=True):
    """A bucket, who can reach it, and the time of the oldest fact that says so: of bucket, account or access points."""

    bucket: Resource
    exposure: Exposure
    oldest_fact: datetime

    @property
    def is_open(self) -> bool:
        """Whether anyone, or any AWS account, gets in, or nobody can rule it out."""
        answers = (self.exposure.anyone, self.exposure.any_account)
        return any(answer.reached is not Reached.NO for answer in answers)


def exposures(snapshot: Snapshot) -> Iterator[BucketExposure]:
    """The exposure of each bucket that was read, by account and name."""
    for bucket in sorted(snapshot.read("s3.bucket"), key=lambda b: (b.scope.account, b.name)):
        yield exposure_of(bucket, snapshot)


def exposure_of(bucket: Resource, snapshot: Snapshot) -> BucketExposure:
    """The exposure of one bucket."""
    oldest = min((fact.as_of for fact in facts_behind(bucket, snapshot)), default=snapshot.taken_at)
    return BucketExposure(bucket, reach(bucket_facts(bucket, snapshot)), oldest)


def find(snapshot: Snapshot, name: str) -> Resource:
    """The bucket of a name or ARN.

    Raises:
        ConfigError: when the snapshot has none of that name; says which names are close.
    """
    known = {bucket.name: bucket for bucket in snapshot.read("s3.bucket")}
    found = known.get(name) or next((bucket for bucket in known.values() if bucket.arn == name), None)
    if found is None:
        close = ", ".join(get_close_matches(name, known, n=3)) or "none is close"
        gaps = [row.scope.account for row in snapshot.first_gaps("s3.bucket")]
        unseen = f"; the buckets of {', '.join(gaps)} could not all be listed" if gaps else ""
        raise ConfigError(f"the last scan saw no bucket {name!r}{unseen}", next=f"Similar: {close}; or scan again")
    return found


def worst(exposure: Exposure) -> Answer:
    """The answer that matters most: anyone before any account, yes before undecided before no."""
    answers = (exposure.anyone, exposure.any_account)
    order = (Reached.YES, Reached.UNDECIDED, Reached.NO)
    return min(answers, key=lambda answer: order.index(answer.reached))
