"""What the checks of buckets share: the facets that decide exposure, and problems made of its answers."""

from collections.abc import Mapping

from tenfold.model.errors import GapError
from tenfold.model.finding import Problem
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import Answer, Exposure
from tenfold.policy.facts import ACCOUNT_FACETS, FACETS, POINT_FACETS, bucket_facts, granting
from tenfold.policy.reach import reach
from tenfold.policy.sources import Bucket

NEEDS = FACETS
ALSO: Mapping[str, tuple[str, ...]] = {
    "account": ACCOUNT_FACETS,
    "s3.access_point": POINT_FACETS,
}


def exposure(bucket: Resource, snapshot: Snapshot) -> Exposure:
    """Who can reach the bucket."""
    return reach(bucket_facts(bucket, snapshot))


def unread_acl(bucket: Resource, snapshot: Snapshot) -> Gap | None:
    """Why the ACL may hold grants that nobody has seen; None when it was read, or when ACLs are known to be off."""
    acl = Bucket(bucket_facts(bucket, snapshot)).acl
    return acl if isinstance(acl, Gap) else None


def undecided(bucket: Resource, reason: str) -> GapError:
    """The gap for an answer that nobody could give."""
    return GapError(Gap(GapKind.UNDECIDED, reason), where=bucket.arn)


def problem(bucket: Resource, message: str, answer: Answer, *, key: str = "") -> Problem:
    """A problem that an answer proves, with the statement or grant that does it and the request that would succeed."""
    return Problem(
        message, at=path(answer.where), key=key, seen=granting(bucket, answer.where), request=answer.request()
    )


def path(where: str) -> str:
    """Where an answer points, as a path that begins with the facet: `policy Statement[1]` -> `policy.Statement[1]`."""
    facet, _, rest = where.partition(" ")
    return f"{facet}.{rest}" if facet in ("policy", "acl") else where
