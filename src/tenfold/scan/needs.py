"""What a scan needs: which facets it reads, and the least-privilege policy for that."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.aws.least_privilege import hub_document, policy_document
from tenfold.checks.registry import Check
from tenfold.inventory.collect import Wanted
from tenfold.inventory.registry import catalogue

ORGANIZATION: Wanted = {"organizations.account": frozenset({"tags", "units"})}
"""What tells who answers for an account; told to the organisation's management account and its delegates only."""
_HUB = ("sts:GetCallerIdentity", "organizations:DescribeOrganization", "organizations:ListAccounts")
"""Asked before anything is collected: who we are, and which accounts are ours."""
_OWNERS: Wanted = {"account": frozenset({"security_contact"}), "s3.bucket": frozenset({"tags"})}
"""What tells who answers for an account and its resources; tags of other kinds come with their lists."""
_EACH = ("sts:GetCallerIdentity", "ec2:DescribeRegions")
"""Asked in each account before its lists: whose the keys are, and which regions are enabled."""


def wanted(checks: Iterable[Check]) -> Wanted:
    """The facets of the kinds that these checks need, and what tells the owners; a scan reads nothing else."""
    together: dict[str, frozenset[str]] = {"account": frozenset()}
    for check in checks:
        for kind, facets in check.wanted().items():
            together[kind] = together.get(kind, frozenset()) | facets
    return {kind: facets | _OWNERS.get(kind, frozenset()) for kind, facets in together.items()}


def aside(checks: Iterable[Check]) -> Wanted:
    """The facets that a scan reads though none of these checks needs them: they tell the owners."""
    asked: dict[str, frozenset[str]] = {}
    for check in checks:
        for kind, facets in check.wanted().items():
            asked[kind] = asked.get(kind, frozenset()) | facets
    return {kind: facets - asked.get(kind, frozenset()) for kind, facets in {**_OWNERS, **ORGANIZATION}.items()}


def needed_policy(checks: Iterable[Check], role: str = "", partition: str = "") -> Mapping[str, Any]:
    """The IAM policy that a scan with these checks needs, from what its lists and facets declare; reads only.

    Args:
        checks: what is going to be asked.
        role: the name of the role that enters each account; empty when only our own account is read.
        partition: where the accounts lie.

    Returns:
        One policy document; with a role two of them: `hub` for the principal that tenfold starts as, and
        `each account` for the role (and for that principal too, which reads its own account itself).
    """
    each, hub = (*_calls(wanted(checks)), *_EACH), (*_calls(ORGANIZATION), *_HUB)
    alone: Mapping[str, Any] = policy_document([*each, *hub])
    return {"hub": hub_document(hub, partition, role), "each account": policy_document(each)} if role else alone


def _calls(reads: Wanted) -> tuple[str, ...]:
    return catalogue().calls(set(reads), {(kind, name) for kind, names in reads.items() for name in names})
