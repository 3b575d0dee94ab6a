"""Roles and whom they trust."""

from collections.abc import Callable, Mapping

from tenfold.sandbox.company.cases.case import Case, Variety
from tenfold.sandbox.company.cases.spot import Spot
from tenfold.sandbox.company.documents import document
from tenfold.sandbox.company.specs import Document, Holder
from tenfold.sandbox.company.tables import GITHUB, LAMBDA, ROLES, STS_AUDIENCE

_CERTIFICATE = "6938fd4d98bab03faadb97b34396831e3780aea1"  # which AWS no longer looks at
_NAMED = {"StringEquals": {"sts:ExternalId": "f3b8c1d7"}}


def make_role(spot: Spot, trusted: Document, inline: Mapping[str, Document] | None = None) -> str:
    """A role; `trusted` is the principal of its trust policy, with a condition. Its ARN."""
    draft = spot.draft
    body = document({"Effect": "Allow", "Action": "sts:AssumeRole", **trusted})
    return draft.holder(
        Holder("role", spot.account, draft.name(ROLES), made=draft.age(), trust=body, inline=inline or {})
    )


def _trusting(why: str, trusted: Callable[[Spot], Document]) -> Variety:
    return Variety(f"trusts {why}", lambda spot: make_role(spot, trusted(spot)))


def _account(spot: Spot, account: str) -> Document:
    return {"Principal": {"AWS": spot.iam("root", account)}}


def _anyone(key: str, value: str) -> Document:
    return {"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {key: value}}}


OPEN_TRUST = Case(
    "privilege/open-trust",
    "a role lets any AWS principal assume it",
    (_trusting("everybody", lambda _: {"Principal": {"AWS": "*"}}),),
    (
        _trusting("everybody of the organisation", lambda spot: _anyone(
            "aws:PrincipalOrgID", spot.draft.ground.organization)),
        _trusting("everybody of its account", lambda spot: _anyone("aws:PrincipalAccount", spot.account)),
    ),
)  # fmt: skip
UNKNOWN_TRUST = Case(
    "privilege/unknown-account-trust",
    "a role trusts an account that nobody knows",
    (
        _trusting("an unknown account", lambda spot: _account(spot, spot.neighbours.unknown[0])),
        _trusting("an unknown account that names an external id", lambda spot: {
            **_account(spot, spot.neighbours.unknown[1]), "Condition": _NAMED}),
    ),
    (
        _trusting("a friendly account", lambda spot: _account(spot, spot.neighbours.friendly[0])),
        _trusting("another account of the company", lambda spot: _account(spot, spot.elsewhere().account)),
        _trusting("a service of AWS", lambda _: {"Principal": {"Service": LAMBDA}}),
    ),
)  # fmt: skip
NO_EXTERNAL_ID = Case(
    "privilege/third-party-without-external-id",
    "a role trusts a third party that need not name an external id: another customer of theirs may come in by it",
    (_trusting("a third party", lambda spot: _account(spot, spot.neighbours.third_party[0])),),
    (_trusting("a third party that names an external id", lambda spot: {
        **_account(spot, spot.neighbours.third_party[1]), "Condition": _NAMED}),),
)  # fmt: skip


def _pipeline(spot: Spot, subject: str | None) -> str:
    """A role that a pipeline at GitHub takes; `subject` says of which repository."""
    if spot.account not in spot.works.providers:
        spot.do(
            "iam:CreateOpenIDConnectProvider",
            Url=f"https://{GITHUB}",
            ClientIDList=[STS_AUDIENCE],
            ThumbprintList=[_CERTIFICATE],
        )
        spot.works.providers.add(spot.account)
    condition: Document = {"StringEquals": {f"{GITHUB}:aud": STS_AUDIENCE}}
    if subject:
        condition["StringLike"] = {f"{GITHUB}:sub": subject}
    provider = {"Federated": spot.iam(f"oidc-provider/{GITHUB}")}
    trusted = {"Action": "sts:AssumeRoleWithWebIdentity", "Principal": provider, "Condition": condition}
    return make_role(spot, trusted)


OPEN_PIPELINE = Case(
    "manual/open-pipeline-role",
    "a role for pipelines lets in those of repositories that are not the company's",
    (
        Variety("trusts any repository at GitHub", lambda spot: _pipeline(spot, None)),
        Variety("trusts any repository's main branch", lambda spot: _pipeline(spot, "repo:*:ref:refs/heads/main")),
    ),
    (
        Variety("trusts one repository's main branch", lambda spot: _pipeline(
            spot, f"repo:{spot.draft.company}/infrastructure:ref:refs/heads/main")),
        Variety("trusts the company's repositories", lambda spot: _pipeline(spot, f"repo:{spot.draft.company}/*")),
    ),
)  # fmt: skip
CASES = (OPEN_TRUST, UNKNOWN_TRUST, NO_EXTERNAL_ID, OPEN_PIPELINE)
