"""From a snapshot to the facts of one bucket: a facet that was not read becomes its gap, here and nowhere else."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT, Absent, Fact, Json, Resource
from tenfold.model.snapshot import ListStatus, Snapshot
from tenfold.policy.exposure import AccessPoint, Block, BucketFacts

T = TypeVar("T")

FACETS = ("policy", "acl", "ownership", "public_access_block")
"""The facets of a bucket that decide who can reach it."""
ACCOUNT_FACETS = ("s3_public_access_block",)
POINT_FACETS = ("access_point", "policy")

_POINT = "s3.access_point"
_MULTI_REGION = Gap(GapKind.NOT_READ, "access points that span regions are not read")


def bucket_facts(bucket: Resource, snapshot: Snapshot) -> BucketFacts:
    """The facts of a bucket, as `policy.reach` wants them.

    Reads the facets `policy` (the document as text), `acl`, `ownership` and `public_access_block` of the bucket,
    `s3_public_access_block` of its account, and `policy` and `access_point` of the account's access points
    (`s3.access_point`) that are related to the bucket. Never raises a GapError: a gap is a value here.
    """
    acl = _read(lambda: bucket["acl"])
    owner = acl.get("Owner", {}).get("ID", "") if isinstance(acl, Mapping) else ""
    return BucketFacts(
        name=bucket.name,
        arn=bucket.arn,
        partition=bucket.scope.partition,
        account=bucket.scope.account,
        policy=_document(bucket),
        acl=acl,
        ownership=_ownership(_read(lambda: bucket["ownership"])),
        bucket_block=_read(lambda: bucket["public_access_block"]),
        account_block=_read(lambda: snapshot.account_of(bucket)["s3_public_access_block"]),
        access_points=_access_points(bucket, snapshot),
        org_id=snapshot.parties.organization or None,
        owner=owner,
        region=bucket.scope.region,
        multi_region_points=_MULTI_REGION,
        canonical_accounts=snapshot.parties.canonical_ids,
        at=snapshot.taken_at,
    )


def facts_behind(bucket: Resource, snapshot: Snapshot) -> Iterator[Fact]:
    """The facts that `bucket_facts` goes by, of bucket, account and access points, without what was not read."""
    account = _read(lambda: snapshot.account_of(bucket))
    above = [] if isinstance(account, Gap) else [(account, ACCOUNT_FACETS)]
    points = [
        (point, POINT_FACETS) for point in snapshot.read(_POINT, bucket.scope.account) if bucket.arn in point.related
    ]
    for resource, names in ((bucket, FACETS), *above, *points):
        facts = (resource.facets.get(name) for name in names)
        yield from (fact for fact in facts if fact is not None and fact.gap is None)


def granting(bucket: Resource, where: str) -> Json | None:
    """The statement or ACL grant that an answer's `where` names, as AWS returned it; None for anything else.

    `policy Statement[1] Sid` is a statement of the bucket policy, `acl grant 0` a grant of the ACL.
    """
    document, _, place = where.partition(" ")
    number = re.search(r"\d+", place)
    if document not in ("policy", "acl") or number is None:
        return None
    try:
        found = json.loads(bucket["policy"])["Statement"] if document == "policy" else bucket["acl"]["Grants"]
    except (GapError, ValueError, KeyError, TypeError):
        return None
    return (found if isinstance(found, list) else [found])[int(number[0])]


def _read(read: Callable[[], T]) -> T | Gap:
    try:
        return read()
    except GapError as error:
        return error.gap


def _document(resource: Resource) -> str | Absent | Gap:
    found = _read(lambda: resource["policy"])
    if found is ABSENT or isinstance(found, str | Gap):
        return found
    return Gap(GapKind.MALFORMED, f"the policy of {resource.arn} is not text")


def _ownership(controls: Json | Gap) -> str | Absent | Gap:
    if controls is ABSENT or isinstance(controls, Gap):
        return controls
    rules = controls.get("Rules") or [{}]
    found = rules[0].get("ObjectOwnership")
    return found if isinstance(found, str) else Gap(GapKind.MALFORMED, "ownership controls without ObjectOwnership")


def _access_points(bucket: Resource, snapshot: Snapshot) -> tuple[AccessPoint, ...] | Gap:
    unlisted = _unlisted(bucket, snapshot)
    if unlisted is not None:
        return unlisted
    points = snapshot.read(_POINT, bucket.scope.account)
    found = [_access_point(point) for point in points if bucket.arn in point.related]
    gap = next((one for one in found if isinstance(one, Gap)), None)
    return gap or tuple(one for one in found if not isinstance(one, Gap))


def _unlisted(bucket: Resource, snapshot: Snapshot) -> Gap | None:
    """Why the access points of the bucket's region, where all its own are, were not listed; None when they were."""
    scope = bucket.scope
    if not scope.region:
        return snapshot.list_gap(_POINT, scope.account)
    rows = [
        row
        for row in snapshot.lists
        if row.kind == _POINT and row.scope.account == scope.account and row.scope.region in (scope.region, "")
    ]
    if not rows:
        return Gap(GapKind.NOT_READ, f"the access points of {scope.region} were not asked for")
    missing = next((row for row in rows if row.status is not ListStatus.COMPLETE), None)
    if missing is None:
        return None
    return missing.gap or Gap(GapKind.FAILED, f"the list of {_POINT} is {missing.status}")


def _access_point(point: Resource) -> AccessPoint | Gap:
    described = _read(lambda: point["access_point"])
    if isinstance(described, Gap):
        return described
    block: Block = described.get("PublicAccessBlockConfiguration", ABSENT)
    vpc = (described.get("VpcConfiguration") or {}).get("VpcId", "")
    return AccessPoint(point.name, point.arn, described.get("NetworkOrigin", "Internet"), _document(point), block, vpc)
