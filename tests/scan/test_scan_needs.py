"""The policies that a scan needs."""

from typing import Any

import pytest

from tenfold.checks.registry import all_checks
from tenfold.scan.needs import needed_policy


def allowed(document: Any) -> dict[str, set[str]]:
    """Actions by resource."""
    found: dict[str, set[str]] = {}
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        found.setdefault(statement["Resource"], set()).update(statement["Action"])
    return found


def test_without_a_role_one_policy_reads_and_assumes_nothing() -> None:
    (resource, actions), *others = allowed(needed_policy(all_checks())).items()
    assert (resource, others) == ("*", [])
    assert {"s3:GetBucketPolicy", "organizations:ListAccounts", "ec2:DescribeRegions"} <= actions
    assert "sts:AssumeRole" not in actions


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_with_a_role_the_hub_assumes_that_role_only_and_the_accounts_only_read(partition: str) -> None:
    policies = needed_policy(all_checks(), "tenfold-audit", partition)
    assert list(policies) == ["hub", "each account"]
    hub, each = allowed(policies["hub"]), allowed(policies["each account"])
    assert hub == {
        "*": {
            "organizations:DescribeOrganization",
            "organizations:DescribeOrganizationalUnit",
            "organizations:ListAccounts",
            "organizations:ListParents",
            "organizations:ListTagsForResource",
            "sts:GetCallerIdentity",
        },
        f"arn:{partition}:iam::*:role/tenfold-audit": {"sts:AssumeRole"},
    }
    assert list(each) == ["*"]
    assert {"s3:GetBucketPolicy", "ec2:DescribeRegions", "sts:GetCallerIdentity"} <= each["*"]
    assert {"account:GetAlternateContact", "s3:GetBucketTagging"} <= each["*"]
    assert not {"sts:AssumeRole", "organizations:ListAccounts"} & each["*"]
