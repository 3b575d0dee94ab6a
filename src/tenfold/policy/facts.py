"""From a snapshot to the facts of one bucket: a facet that was not read becomes its gap, here and nowhere else."""

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT, Absent, Json, Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import AccessPoint, Block, BucketFacts

T = TypeVar("T")


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
        owner=owner,
        canonical_accounts=snapshot.parties.canonical_ids,
        at=snapshot.taken_at,
    )


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
    points = _read(lambda: snapshot.each("s3.access_point", bucket.scope.account))
    if isinstance(points, Gap):
        return points
    found = [_access_point(point) for point in points if bucket.arn in point.related]
    gap = next((one for one in found if isinstance(one, Gap)), None)
    return gap or tuple(one for one in found if not isinstance(one, Gap))


def _access_point(point: Resource) -> AccessPoint | Gap:
    described = _read(lambda: point["access_point"])
    if isinstance(described, Gap):
        return described
    block: Block = described.get("PublicAccessBlockConfiguration", ABSENT)
    vpc = (described.get("VpcConfiguration") or {}).get("VpcId", "")
    return AccessPoint(point.name, point.arn, described.get("NetworkOrigin", "Internet"), _document(point), block, vpc)
