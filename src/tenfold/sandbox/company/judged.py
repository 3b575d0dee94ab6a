"""What is judged over everything planted: holders, policies, buckets and accounts, whatever they were planted for.

So the truth is whole: a bucket that was planted for its policy is in the truth about versioning as well.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from tenfold.model.arn import Arn
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.specs import Document, Holder, Planted
from tenfold.sandbox.company.tables import BROAD_MANAGED, ENTRY_USER, MANAGEMENT

TWO_KEYS, UNUSED_KEY, IDLE_PASSWORD = (
    f"credentials/{what}" for what in ("two-active-keys", "unused-key", "idle-password")
)
_UNUSED, _IDLE = 45, 90  # days
ON_USER = "privilege/policy-on-user"
NO_VERSIONS = "recovery/bucket-without-versioning"
WHAT = {
    TWO_KEYS: "a user has two active access keys",
    UNUSED_KEY: f"a user has an active key older than {_UNUSED} days that was not used in the last {_UNUSED}",
    IDLE_PASSWORD: f"a user has a console password that was not used in the last {_IDLE} days",
    "credentials/weak-password-policy": "an account has no password policy, or one of less than 14 characters",
    "defaults/broad-managed-policy": "a user, group or role has a managed policy of AWS for everything or a service",
    ON_USER: "a user has policies of its own instead of a group's",
    "privilege/pass-any-role": "a policy of the company's allows to hand any role to a service",
    "privilege/policy-writer": "a policy of the company's allows to write the policies of any role",
    "privilege/assume-any-role": "a policy of the company's allows to assume any role",
    "network/group-writer": "a policy of the company's allows to open any security group",
    "buckets/policy-writer": "a policy of the company's allows to write the policy of any bucket",
    "buckets/account-without-block": "an account does not block public access to its buckets",
    NO_VERSIONS: "a bucket keeps no old versions",
    "inventory/bucket-without-owner": "a bucket has no owner tag",
    "inventory/account-without-owner": "a member account has no owner tag",
}
"""When exactly a resource has what the slug says; policies: on all resources, without a condition, not denied."""
POWERS = {
    "privilege/pass-any-role": "iam:PassRole",
    "privilege/policy-writer": "iam:PutRolePolicy",
    "privilege/assume-any-role": "sts:AssumeRole",
    "network/group-writer": "ec2:AuthorizeSecurityGroupIngress",
    "buckets/policy-writer": "s3:PutBucketPolicy",
}


class Verdict(NamedTuple):
    """What a resource is an example of: risk or decoy, and why."""

    slug: str
    arn: str
    risk: bool
    why: str
    account: str = ""
    region: str = ""


def judged(draft: Draft) -> Iterator[Planted]:
    """Everything about the draft that is judged over all that it holds."""
    for judge in (_users, _managed, _powers, _buckets, _accounts):
        for slug, arn, risk, why, account, region in judge(draft):
            yield Planted(slug, arn, account or Arn.parse(arn).account, region, not risk, why)


def _users(draft: Draft) -> Iterator[Verdict]:
    management = draft.ground.accounts[MANAGEMENT]
    yield Verdict(ON_USER, draft.ground.iam(management, f"user/{ENTRY_USER}"), True, "has a policy of its own")
    for user in (holder for holder in draft.holders if holder.kind == "user"):
        arn, own = draft.arn_of(user), bool(user.inline or user.attached)
        yield Verdict(ON_USER, arn, own, f"has {'a policy' if own else 'no policies'} of its own")
        yield from _keys(user, arn)
        if user.console:
            yield Verdict(IDLE_PASSWORD, arn, user.login > _IDLE, f"its password was used {user.login} days ago")


def _keys(user: Holder, arn: str) -> Iterator[Verdict]:
    active = [key for key in user.keys if key.active]
    if len(user.keys) > 1:
        yield Verdict(TWO_KEYS, arn, len(active) > 1, f"{len(active)} of {len(user.keys)} keys are active")
    if user.keys:
        idle = [key for key in active if key.age > _UNUSED and (key.used is None or key.used > _UNUSED)]
        yield Verdict(UNUSED_KEY, arn, bool(idle), f"{len(idle)} of {len(active)} active keys are not used")


def _managed(draft: Draft) -> Iterator[Verdict]:
    front = draft.ground.iam("aws", "policy/")
    for holder in draft.holders:
        names = [arn.removeprefix(front) for arn in holder.attached if arn.startswith(front)]
        if names:
            broad = sorted(set(names) & BROAD_MANAGED)
            yield Verdict("defaults/broad-managed-policy", draft.arn_of(holder), bool(broad), f"has {', '.join(names)}")


def _powers(draft: Draft) -> Iterator[Verdict]:
    written = [(draft.ground.iam(p.account, f"policy/{p.name}"), [p.document]) for p in draft.policies]
    written += [(draft.arn_of(holder), list(holder.inline.values())) for holder in draft.holders if holder.inline]
    for arn, documents in written:
        for slug, action in POWERS.items():
            if any(_names(statement, action) for body in documents for statement in body["Statement"]):
                risk = any(_gives(body, action) for body in documents)
                yield Verdict(slug, arn, risk, f"{'allows' if risk else 'limits'} {action}")


def _gives(body: Document, action: str) -> bool:
    """Whether a policy allows an action on everything, without a condition and without denying it."""
    effects = {
        statement["Effect"]
        for statement in body["Statement"]
        if _names(statement, action) and "*" in _listed(statement.get("Resource", [])) and "Condition" not in statement
    }
    return effects == {"Allow"}


def _names(statement: Document, action: str) -> bool:
    """Whether a statement is about an action."""
    if "NotAction" in statement:
        return not _matches(statement["NotAction"], action)
    return _matches(statement["Action"], action)


def _matches(patterns: str | list[str], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _listed(patterns))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _buckets(draft: Draft) -> Iterator[Verdict]:
    for bucket in draft.buckets:
        arn = draft.bucket_arn(bucket.name)
        state, tags, place = "on" if bucket.versioned else "off", dict(bucket.tags), (bucket.account, bucket.region)
        yield Verdict(NO_VERSIONS, arn, not bucket.versioned, f"versioning is {state}", *place)
        yield Verdict("inventory/bucket-without-owner", arn, "owner" not in tags, f"tags {tags}", *place)


def _accounts(draft: Draft) -> Iterator[Verdict]:
    for account, seat in draft.seats.items():
        root = draft.ground.iam(account, "root")
        blocked = account in draft.blocked
        yield Verdict("buckets/account-without-block", root, not blocked, f"its block is {'on' if blocked else 'off'}")
        strict = account in draft.strict
        yield Verdict("credentials/weak-password-policy", root, not strict, "16 characters" if strict else "none")
        if seat.role != MANAGEMENT:
            owner = seat.tags.get("owner")
            yield Verdict("inventory/account-without-owner", root, owner is None, f"owner {owner}")
