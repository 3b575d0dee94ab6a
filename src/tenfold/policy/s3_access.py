"""What S3 adds to the policies: ACLs, object ownership, block public access, access points."""

from collections.abc import Iterator, Mapping

from tenfold.policy.access import Access, Door
from tenfold.policy.acl import acl_statements, grantee_group
from tenfold.policy.attempt import Attempt
from tenfold.policy.blocks import flag
from tenfold.policy.callers import OF_ACCOUNTS, Kind
from tenfold.policy.conditions import all_of
from tenfold.policy.document import acts, concerns
from tenfold.policy.exposure import Block
from tenfold.policy.layers import OPEN, Gate
from tenfold.policy.parse import Policy, Statement
from tenfold.policy.public import ALL_USERS, AUTHENTICATED_USERS, aws_public
from tenfold.policy.s3_actions import OWNER_ONLY

_ENFORCED = "BucketOwnerEnforced"
_OWNER_ONLY = frozenset(action.lower() for action in OWNER_ONLY)
_PUBLIC_CANNED = frozenset({"public-read", "public-read-write", "authenticated-read"})
_WRITES_ACLS = frozenset({"s3:putobject", "s3:putobjectacl", "s3:putobjectversionacl", "s3:putbucketacl"})
_GROUPS = (ALL_USERS, AUTHENTICATED_USERS)


def acl_rows(access: Access, attempt: Attempt) -> Iterator[tuple[str, Statement, bool | None]]:
    """The grants of the ACL that are, or may be, about a request, as `granted` wants them; none when ACLs are off.

    Raises:
        PolicyError: for a grant that is not of a form S3 documents.
    """
    if access.acl is None or attempt.service != "s3" or access.ownership == _ENFORCED:
        return
    bucket, _, key = attempt.resource.partition("/")
    ignored = flag("IgnorePublicAcls", _levels(access)).on
    for statement in acl_statements(access.acl, bucket, 0, of_object=bool(key)):
        counts = True if not grantee_group(statement) or ignored is False else None if ignored is None else False
        held = acts(statement, attempt.action) and concerns(
            statement, attempt.resource, attempt.lookup, variables=False
        )
        sure = all_of((counts, held))
        if sure is not False:
            yield statement.sid, statement, sure


def keeps_root_in(attempt: Attempt, owner: str) -> bool:
    """Whether a bucket policy cannot deny this: the owner's root user may always read and replace it."""
    caller = attempt.caller
    return caller.kind is Kind.ROOT and caller.account == owner and attempt.action.lower() in _OWNER_ONLY


def s3_gates(access: Access, attempt: Attempt) -> Iterator[Gate]:
    """What S3 refuses by itself, whatever the policies allow."""
    if attempt.service != "s3":
        return
    accounts = {access.door.account, access.door.bucket_account} if access.door else {attempt.account}
    inside = attempt.caller.kind in OF_ACCOUNTS and attempt.caller.account in accounts
    if attempt.action.lower() in _OWNER_ONLY and not inside:
        yield Gate(False, (f"S3 answers {attempt.action} to the bucket owner's account only",))
    yield _blocked_write(access, attempt)
    if not inside and attempt.caller.kind is not Kind.SERVICE:
        yield _restricted(access.resource_policy, access.blocks, "the bucket policy", access_point=False)
        if access.door is not None and not access.door.vpc:  # one that is held to a VPC is never public
            yield _restricted(access.door.policy, _levels(access), "the access point's policy", access_point=True)
    if access.door is not None:
        yield _vpc(access.door, attempt)


def _levels(access: Access) -> Mapping[str, Block]:
    """The flags by level; those of an access point hold for the bucket behind it."""
    return access.blocks if access.door is None else {**access.blocks, "access point": access.door.block}


def _restricted(policy: Policy | None, levels: Mapping[str, Block], what: str, *, access_point: bool) -> Gate:
    """RestrictPublicBuckets cuts whoever is not of the owner's account, as soon as the policy is public."""
    if policy is None:
        return OPEN
    found = flag("RestrictPublicBuckets", levels)
    if found.on is False:
        return OPEN
    verdict = aws_public(policy, access_point=access_point)
    if verdict.public is False:
        return OPEN
    sure = found.on and verdict.public
    return Gate(False if sure else None, (f"{found.reason}, and {what} is public: {verdict.reason}",))


def _blocked_write(access: Access, attempt: Attempt) -> Gate:
    """BlockPublicAcls refuses requests that set a public ACL."""
    if attempt.action.lower() not in _WRITES_ACLS or not _sets_public_acl(attempt):
        return OPEN
    found = flag("BlockPublicAcls", _levels(access))
    return Gate(not found.on if found.on is not None else None, (f"{found.reason}, and the request sets a public ACL",))


def _sets_public_acl(attempt: Attempt) -> bool:
    canned = attempt.context.get("s3:x-amz-acl", ())
    granted = (
        value for key, values in attempt.context.items() if key.startswith("s3:x-amz-grant-") for value in values
    )
    return not _PUBLIC_CANNED.isdisjoint(canned) or any(group in value for value in granted for group in _GROUPS)


def _vpc(door: Door, attempt: Attempt) -> Gate:
    """An access point that is held to a VPC takes nothing from elsewhere."""
    if not door.vpc or door.vpc in attempt.context.get("aws:sourcevpc", ()):
        return OPEN
    unsure = "aws:sourcevpc" in attempt.unknown
    return Gate(None if unsure else False, (f"the access point takes requests from {door.vpc} only",))
