"""What policies allow: everything (priv-001), everything but (def-001)."""

from collections.abc import Mapping
from typing import NamedTuple

from tenfold.sandbox.company.documents import allow, deny, document, trust
from tenfold.sandbox.company.draft import Draft
from tenfold.sandbox.company.judged import POWERS
from tenfold.sandbox.company.specs import Document, Holder, HolderKind, Key, ManagedPolicy
from tenfold.sandbox.company.tables import (
    ADMINISTRATOR,
    EC2,
    GROUPS,
    HARMLESS_MANAGED,
    LAMBDA,
    POLICIES,
    POWER_USER,
    ROLES,
    SERVICE_USERS,
    STORAGE,
)

FULL_STAR, NOT_ACTION = "priv-001", "def-001"
KINDS: tuple[HolderKind, ...] = ("user", "group", "role")
_POOLS = {"user": SERVICE_USERS, "group": GROUPS, "role": ROLES}
_WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


class Variety(NamedTuple):
    """A policy's statements, and what they are an example of."""

    why: str
    statements: tuple[Document, ...]


_READ = allow(["s3:GetObject", "s3:ListBucket"], "*")
_FULL_STARS = (
    Variety("allows * on *", (allow("*", "*"),)),
    Variety("allows * on * in its second statement", (_READ, allow("*", "*", Sid="Support"))),
    Variety("allows a list of actions, * among them, on *", (allow(["s3:GetObject", "*"], ["*"]),)),
)
_LESS_THAN_STARS = (
    Variety("allows s3:* on *", (allow("s3:*", "*"),)),
    Variety("denies * on *", (_READ, deny("*", "*", Condition={"Bool": {"aws:SecureTransport": "false"}}))),
    Variety("allows * on * on condition of MFA", (allow("*", "*", Condition=_WITH_MFA),)),
    Variety("allows iam:* on *", (allow("iam:*", "*"),)),
    Variety("allows four whole services on *", (allow(["ec2:*", "rds:*", "lambda:*", "dynamodb:*"], "*"),)),
)
_EVERYTHING_BUT = (
    Variety("allows everything but IAM", ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},)),
    Variety(
        "allows everything but billing and accounts, behind a harmless statement",
        (_READ, {"Effect": "Allow", "NotAction": ["aws-portal:*", "organizations:*"], "Resource": "*"}),
    ),
    Variety(
        "allows everything but IAM on condition of MFA",
        ({"Effect": "Allow", "NotAction": ["iam:*", "kms:*"], "Resource": "*", "Condition": _WITH_MFA},),
    ),
)
_DENY_ALL_BUT = Variety(
    "denies all but a list of actions", (_READ, {"Effect": "Deny", "NotAction": ["s3:*", "sts:*"], "Resource": "*"})
)


def plant_privileges(draft: Draft) -> None:
    """Policies in all four places: customer managed, and inline in users, groups and roles; and AWS's own."""
    for variety in draft.some(1, 2, _FULL_STARS):
        _place(draft, FULL_STAR, variety, risk=True)
    if draft.chance(0.7):
        _attach(draft, FULL_STAR, ADMINISTRATOR, risk=True)
    for variety in draft.some(2, 4, (*_LESS_THAN_STARS, _star_on_a_bucket(draft))):
        _place(draft, FULL_STAR, variety, risk=False)
    for variety in draft.some(1, 2, _EVERYTHING_BUT):
        _place(draft, NOT_ACTION, variety, risk=True)
    for variety in draft.some(1, 2, (_DENY_ALL_BUT, _all_but_a_bucket(draft))):
        _place(draft, NOT_ACTION, variety, risk=False)
    if draft.chance(0.5):
        _attach(draft, NOT_ACTION, POWER_USER, risk=False)


def plant_powers(draft: Draft) -> None:
    """Policies that hand out whole services or single powers, and others that limit them (see judged.py)."""
    for name in (STORAGE, *HARMLESS_MANAGED[:1]):
        new_holder(draft, draft.rng.choice(KINDS), attached=(draft.ground.iam("aws", f"policy/{name}"),))
    for action in POWERS.values():
        bad = document(_READ, allow(action, "*"))
        good = draft.rng.choice(
            (
                document(allow(action, "arn:*:*:*:*:*/app-*")),
                document(allow(action, "*", Condition=_WITH_MFA)),
                document(allow(action, "*"), deny(action, "*")),
            )
        )
        for body in (bad, good):
            if draft.chance(0.5):
                _managed(draft, body)
            else:
                new_holder(draft, draft.rng.choice(KINDS), inline={draft.name(POLICIES): body})


def new_holder(
    draft: Draft,
    kind: HolderKind,
    *,
    account: str = "",
    inline: Mapping[str, Document] | None = None,
    attached: tuple[str, ...] = (),
) -> str:
    """Put down a user with a young key, a group, or a role of a service; in any account if none is named. Its ARN."""
    holder = Holder(
        kind=kind,
        account=account or draft.account(),
        name=draft.name(_POOLS[kind]),
        inline=inline or {},
        attached=attached,
        made=draft.age(),
        trust=trust({"Service": draft.rng.choice((EC2, LAMBDA))}) if kind == "role" else None,
        keys=(Key(draft.rng.randint(1, 20)),) if kind == "user" else (),
    )
    return draft.holder(holder)


def _place(draft: Draft, check: str, variety: Variety, *, risk: bool) -> None:
    kind = draft.rng.choice((None, *KINDS))
    body = document(*variety.statements)
    if kind is None:
        arn, where = _managed(draft, body), "customer managed policy"
    else:
        arn, where = new_holder(draft, kind, inline={draft.name(POLICIES): body}), f"inline policy of a {kind}"
    draft.mark(check, arn, risk=risk, why=f"{where} {variety.why}")


def _managed(draft: Draft, body: Document) -> str:
    """A customer managed policy; most are attached to a role."""
    policy = ManagedPolicy(draft.account(), draft.name(POLICIES), body, draft.age())
    draft.policies.append(policy)
    arn = draft.ground.iam(policy.account, f"policy/{policy.name}")
    if draft.chance(0.6):
        new_holder(draft, "role", account=policy.account, attached=(arn,))
    return arn


def _attach(draft: Draft, check: str, name: str, *, risk: bool) -> None:
    kind = draft.rng.choice(KINDS)
    arn = new_holder(draft, kind, attached=(draft.ground.iam("aws", f"policy/{name}"),))
    draft.mark(check, arn, risk=risk, why=f"{kind} has AWS's policy {name}")


def _star_on_a_bucket(draft: Draft) -> Variety:
    bucket = draft.bucket_arn(f"{draft.company}-workspace")
    return Variety("allows * on one bucket", (allow("*", [bucket, f"{bucket}/*"]),))


def _all_but_a_bucket(draft: Draft) -> Variety:
    bucket = draft.bucket_arn(f"{draft.company}-vault")
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "NotResource": f"{bucket}/*"}
    return Variety("allows listed actions on all but one bucket", (statement,))
