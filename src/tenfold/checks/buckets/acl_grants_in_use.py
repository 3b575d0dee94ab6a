from collections.abc import Iterator

from tenfold.checks.exposed import ALSO, NEEDS, exposure, problem, undecided, unread_acl
from tenfold.checks.registry import check
from tenfold.model.finding import Problem, Severity
from tenfold.model.resource import Json, Resource
from tenfold.model.snapshot import Snapshot
from tenfold.policy.delivery_table import delivers
from tenfold.policy.exposure import Grant, Reached
from tenfold.policy.facts import granting
from tenfold.policy.principals import Who
from tenfold.policy.public import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY

_GROUPS = {
    ALL_USERS: "everyone",
    AUTHENTICATED_USERS: "every AWS account",
    LOG_DELIVERY: "the log delivery group",
}


@check("s3.bucket", id="s3-003", needs=NEEDS, also=ALSO, severity=Severity.LOW)
def acl_grants_in_use(bucket: Resource, snapshot: Snapshot) -> Iterator[Problem]:
    """Bucket gives access by ACL.

    Why: ACLs of buckets and objects are hard to audit, and work beside the bucket policy rather than through it.
    Fix: move the grants into the bucket policy, then set object ownership to BucketOwnerEnforced.
    """
    found = [grant for grant in exposure(bucket, snapshot).grants if grant.via.startswith("acl ")]
    others = [grant for grant in found if grant.who is not Who.SAME_ACCOUNT]
    in_use: dict[str, Grant] = {}
    for grant in others:
        if grant.effective.reached is Reached.YES:
            in_use.setdefault(grant.via, grant)
    for via, grant in in_use.items():
        row = granting(bucket, via) or {}
        grantee = row["Grantee"]
        key = f"{grantee.get('ID') or grantee['URI'].rpartition('/')[2]}:{row['Permission']}"
        message = f"an ACL grants {row['Permission']} to {_named(grantee, grant.account)}"
        yield problem(bucket, message, grant.effective, key=key)
    unread = unread_acl(bucket, snapshot)
    if unread is not None:
        raise undecided(bucket, unread.reason)
    for grant in others:
        if grant.effective.reached is Reached.UNDECIDED:
            raise undecided(bucket, grant.effective.reason)


def _named(grantee: Json, account: str) -> str:
    if "URI" in grantee:
        return _GROUPS.get(grantee["URI"], f"the group {grantee['URI']}")
    deliverer = delivers(grantee["ID"])
    whose = f" (log delivery of {deliverer})" if deliverer else f" (account {account})" if account else ""
    return f"canonical user {grantee['ID']}{whose}"
