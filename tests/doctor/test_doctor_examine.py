"""What the examination says of an account: what can be read, which permission is missing, whether the role lets in."""

import pytest
from tests.wire import (
    ACCOUNT,
    Reply,
    Wire,
    bucket_list,
    connect,
    query_error,
    role_session,
    s3_error,
)

from tenfold.doctor.examine import Health, Symptom, reach
from tenfold.inventory.collect import Wanted

OTHER = "222233334444"
WANTED: Wanted = {"s3.bucket": frozenset({"policy", "acl"}), "account": frozenset({"password_policy"})}
REGIONS = Reply(
    "DescribeRegions",
    body="<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>",
)
IN_USE = Reply("DescribeOrganization", body={"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}})
ALONE = Reply("DescribeOrganization", 400, body={"__type": "AWSOrganizationsNotInUseException", "message": "none"})
MEMBERS = Reply(
    "ListAccounts", body={"Accounts": [{"Id": ACCOUNT, "State": "ACTIVE"}, {"Id": OTHER, "State": "ACTIVE"}]}
)
NO_PASSWORD_POLICY = query_error("GetAccountPasswordPolicy", 404, "NoSuchEntity")
NO_POLICY = s3_error(r"\?policy", 404, "NoSuchBucketPolicy")
ACL = Reply(r"\?acl", body="<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList/></AccessControlPolicy>")
READABLE = [REGIONS, bucket_list("one", "two", "three"), NO_PASSWORD_POLICY, NO_POLICY, ACL]


def examined(wire: Wire, role: str | None = None) -> dict[str, Symptom]:
    rows = list(reach(lambda: connect(wire.url, role=role), WANTED))
    assert len({row.what for row in rows}) == len(rows)
    return {row.what: row for row in rows}


def test_one_facet_of_each_kind_is_tried_on_one_resource() -> None:
    with Wire([ALONE, *READABLE]) as wire:
        rows = examined(wire)
        assert len(wire.asked("policy |acl ")) == 2
    assert {row.health for row in rows.values()} == {Health.GOOD}
    assert rows["s3.bucket facets"].detail == "2 of 2 readable, tried on arn:aws:s3:::one"
    assert "1 of 1" in rows["account facets"].detail
    assert "role" not in rows
    assert not any("iam.user" in what for what in rows)


@pytest.mark.parametrize(
    ("denied", "what", "advice"),
    [
        (s3_error(r"\?acl", 403, "AccessDenied"), "acl of s3.bucket", "allow s3:GetBucketAcl"),
        (s3_error("^GET /.max-buckets", 403, "AccessDenied"), "s3.bucket", "allow s3:ListAllMyBuckets"),
        (
            query_error("GetAccountPassword", 403, "AccessDenied"),
            "password_policy of account",
            "allow iam:GetAccountPas",
        ),
        (s3_error(r"\?acl", 403, "InvalidAccessKeyId"), "acl of s3.bucket", "enable the region, or check the keys"),
    ],
)
def test_what_is_denied_is_shown_with_the_action_to_allow(denied: Reply, what: str, advice: str) -> None:
    with Wire([denied, ALONE, *READABLE]) as wire:
        rows = examined(wire)
    assert [name for name, row in rows.items() if row.health is not Health.GOOD] == [what]
    assert rows[what].next.startswith(advice)


def test_with_a_role_another_account_is_entered_and_looked_at() -> None:
    with Wire([IN_USE, MEMBERS, role_session(OTHER, OTHER), *READABLE]) as wire:
        rows = examined(wire, role="audit")
        assert {request.account for request in wire.asked("max-buckets|policy |acl ")} == {OTHER}
    assert f"iam::{OTHER}:" in rows["role"].detail
    assert rows["s3.bucket"].detail == "readable"


def test_a_role_that_does_not_let_us_in_is_missing_and_our_own_account_is_looked_at() -> None:
    refused = query_error("AssumeRole", 403, "AccessDenied", "not authorized to assume")
    with Wire([IN_USE, MEMBERS, refused, *READABLE]) as wire:
        rows = examined(wire, role="audit")
        assert {request.account for request in wire.asked("max-buckets|policy |acl ")} == {ACCOUNT}
    assert rows["role"].health is Health.MISSING
    assert f"{OTHER}:role/audit" in rows["role"].detail
    assert rows["role"].next == "allow sts:AssumeRole on that role, and let its trust policy name who calls"


def test_a_role_without_another_account_to_try_it_in_is_said() -> None:
    with Wire([ALONE, *READABLE]) as wire:
        rows = examined(wire, role="audit")
    assert rows["role"].detail == "not tried: no other active account is known"


def test_a_large_account_costs_no_more_calls() -> None:
    names = [f"bucket-{number}" for number in range(500)]
    with Wire([ALONE, *READABLE[:1], bucket_list(*names), *READABLE[2:]]) as wire:
        examined(wire)
        assert len(wire.requests) < 10
