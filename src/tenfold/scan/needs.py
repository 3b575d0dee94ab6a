"""What a scan needs: which facets it reads, and the least-privilege policy for that."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.aws.least_privilege import policy_document
from tenfold.checks.registry import Check
from tenfold.inventory.collect import Wanted
from tenfold.inventory.registry import catalogue

_BEFORE = ("sts:GetCallerIdentity", "organizations:DescribeOrganization", "organizations:ListAccounts")
"""Asked before anything is collected: who we are, and which accounts are ours."""
_REGIONS = "ec2:DescribeRegions"


def wanted(checks: Iterable[Check]) -> Wanted:
    """The facets of the kinds that these checks need; a scan reads nothing else."""
    together: dict[str, frozenset[str]] = {}
    for check in checks:
        for kind, facets in check.wanted().items():
            together[kind] = together.get(kind, frozenset()) | facets
    return together


def needed_policy(checks: Iterable[Check]) -> Mapping[str, Any]:
    """The IAM policy that a scan with these checks needs, from what its lists and facets declare; reads only."""
    reads = wanted(checks)
    facets = {(kind, name) for kind, names in reads.items() for name in names}
    policy: Mapping[str, Any] = policy_document([*catalogue().calls(set(reads), facets), *_BEFORE, _REGIONS])
    return policy
