"""Whether a bucket's own policy and ACLs let somebody in, behind block public access."""

from collections.abc import Iterator
from typing import Any

from moto.s3.models import OWNER, FakeBucket

from tenfold.policy.document import Effect, Request
from tenfold.sandbox.authority.judge import judge
from tenfold.sandbox.buckets.blocks import ENFORCED, blocks, ownership, policy_is_public
from tenfold.sandbox.buckets.owners import canonical_id
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import ANONYMOUS, Caller

# action -> the permission of an ACL that allows it, and whether the object's ACL counts or the bucket's
_BY_ACL = {
    "s3:GetObject": ("READ", True),
    "s3:GetObjectAcl": ("READ_ACP", True),
    "s3:PutObjectAcl": ("WRITE_ACP", True),
    "s3:ListBucket": ("READ", False),
    "s3:ListBucketVersions": ("READ", False),
    "s3:ListBucketMultipartUploads": ("READ", False),
    "s3:PutObject": ("WRITE", False),
    "s3:DeleteObject": ("WRITE", False),
    "s3:GetBucketAcl": ("READ_ACP", False),
    "s3:PutBucketAcl": ("WRITE_ACP", False),
}


def bucket_says(bucket: FakeBucket, call: Call, caller: Caller, request: Request) -> Effect:
    """What the bucket itself says of a request: its policy, then the ACL, as far as the blocks let them count."""
    outsider = caller.account != bucket.account_id
    effect = judge([bucket.policy.decode()] if bucket.policy else [], request)
    if effect is Effect.ALLOW and outsider and blocks(bucket, "restrict_public_buckets") and policy_is_public(bucket):
        effect = Effect.IMPLICIT_DENY
    if effect is Effect.IMPLICIT_DENY and _acl_allows(bucket, call, caller, request.action):
        return Effect.ALLOW
    return effect


def _acl_allows(bucket: FakeBucket, call: Call, caller: Caller, action: str) -> bool:
    permission, of_object = _BY_ACL.get(action, ("", False))
    if not permission or ownership(bucket) == ENFORCED:
        return False
    acl = bucket.acl
    if of_object:
        key = bucket.keys.get(call.parameters.get("Key", ""))
        acl = key.acl if key else None
    return any(
        _holds(grantee, bucket, caller)
        for grant in (acl.grants if acl else ())
        if {permission, "FULL_CONTROL"} & set(_permissions(grant.permissions))
        for grantee in grant.grantees
    )


def _permissions(value: Any) -> Iterator[str]:
    """Of a grant: a list, or one text, as moto keeps them."""
    yield from [value] if isinstance(value, str) else value


def _holds(grantee: Any, bucket: FakeBucket, caller: Caller) -> bool:
    if grantee.uri:
        mine = ("AllUsers",) if caller is ANONYMOUS else ("AllUsers", "AuthenticatedUsers")
        return str(grantee.uri).endswith(mine) and not blocks(bucket, "ignore_public_acls")
    owner = canonical_id(bucket.account_id) if grantee.id == OWNER else grantee.id
    return caller is not ANONYMOUS and owner == canonical_id(caller.account)
