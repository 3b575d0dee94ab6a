from collections.abc import Iterator

from tenfold.checks.exposed import ALSO, NEEDS, exposure, problem, undecided
from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.resource import Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.exposure import Reached
from tenfold.policy.principals import Who


@check("s3.bucket", id="s3-003", needs=NEEDS, also=ALSO, severity=Severity.LOW)
def acl_grants_in_use(bucket: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Bucket gives access by ACL.

    Why: ACLs of buckets and objects are hard to audit, and work beside the bucket policy rather than through it.
    Fix: move the grants into the bucket policy, then set object ownership to BucketOwnerEnforced.
    """
    found = [grant for grant in exposure(bucket, snapshot).grants if grant.via.startswith("acl ")]
    others = [grant for grant in found if grant.who is not Who.SAME_ACCOUNT]
    for grant in others:
        if grant.effective.reached is Reached.YES:
            message = f"an ACL grants {', '.join(grant.actions[:2])} to {grant.who} {grant.name}".removesuffix(" *")
            yield problem(bucket, message, grant.effective, key=f"{grant.name}:{grant.actions[0]}")
    if bucket.gap("acl") is not None and bucket.gap("ownership") is None and not _is_off(bucket):
        raise undecided(bucket, str(bucket.gap("acl")))
    for grant in others:
        if grant.effective.reached is Reached.UNDECIDED:
            raise undecided(bucket, grant.effective.reason)


def _is_off(bucket: Resource) -> bool:
    rules = bucket["ownership"].get("Rules") or [{}]
    return bool(rules[0].get("ObjectOwnership") == "BucketOwnerEnforced")
