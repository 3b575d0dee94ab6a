"""What a scan needs: which facets it reads, and the least-privilege policy for that."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.aws.least_privilege import hub_document, policy_document
from tenfold.checks.registry import Check
from tenfold.inventory.collect import Wanted
from tenfold.inventory.registry import catalogue

_HUB = ("sts:GetCallerIdentity", "organizations:DescribeOrganization", "organizations:ListAccounts")
"""Asked before anything is collected: who we are, and which accounts are ours."""
_EACH = ("sts:GetCallerIdentity", "ec2:DescribeRegions")
"""Asked in each account before its lists: whose the keys are, and which regions are enabled."""


def wanted(checks: Iterable[Check]) -> Wanted:
    """The facets of the kinds that these checks need; a scan reads nothing else."""
    together: dict[str, frozenset[str]] = {}
    for check in checks:
        for kind, facets in check.wanted().items():
            together[kind] = together.get(kind, frozenset()) | facets
    return together


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
    reads = wanted(checks)
    facets = {(kind, name) for kind, names in reads.items() for name in names}
    calls = (*catalogue().calls(set(reads), facets), *_EACH)
    alone: Mapping[str, Any] = policy_document([*calls, *_HUB])
    return {"hub": hub_document(_HUB, partition, role), "each account": policy_document(calls)} if role else alone
