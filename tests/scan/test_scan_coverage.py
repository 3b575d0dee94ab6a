"""Causes of what was not read: one line each."""

from datetime import UTC, datetime, timedelta

from tenfold.aws.faults import UNNAMED
from tenfold.checks.registry import chosen
from tenfold.model.arn import Scope
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import Fact, Resource
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot
from tenfold.scan.coverage import oldest_fact, unread
from tenfold.scan.needs import aside

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SCP = "arn:aws:organizations::111122223333:policy/o-1/service_control_policy/p-1"


def bucket(name: str, account: str = "111122223333", **facts: Fact) -> Resource:
    return Resource(f"arn:aws:s3:::{name}", "s3.bucket", Scope("aws", account, "eu-west-1", "s3"), name, facets=facts)


def gap(kind: GapKind, call: str, scp: str = "") -> Fact:
    return Fact(NOW, gap=Gap(kind, f"{call}: no", NOW, call, scp))


def test_the_same_call_denied_in_one_account_is_one_cause() -> None:
    denied = gap(GapKind.DENIED, "s3:GetBucketAcl")
    rows = unread(
        Snapshot(NOW, (bucket("a", acl=denied), bucket("b", acl=denied), bucket("c", "222233334444", acl=denied)))
    )
    assert [(row.count, row.scope.account, row.what) for row in rows] == [
        (2, "111122223333", "acl of s3.bucket"),
        (1, "222233334444", "acl of s3.bucket"),
    ]
    assert rows[0].examples == ("arn:aws:s3:::a", "arn:aws:s3:::b")


def test_an_scp_is_one_cause_over_calls_accounts_and_lists() -> None:
    fenced = gap(GapKind.FENCED, "s3:GetBucketAcl", SCP)
    other = Gap(GapKind.FENCED, "cloudtrail:DescribeTrails: no", NOW, "cloudtrail:DescribeTrails", SCP)
    row = ListCoverage("cloudtrail.trail", Scope("aws", "222233334444", "us-east-2"), ListStatus.MISSING, 0, NOW, other)
    (found,) = unread(Snapshot(NOW, (bucket("a", acl=fenced),), (row,)))
    assert found.count == 2
    assert found.gap.scp == SCP
    assert found.scope == Scope("aws", "", "", "")
    assert found.what == "acl of s3.bucket, list of cloudtrail.trail"


def test_scps_that_aws_does_not_name_are_told_apart_by_account_and_call() -> None:
    acl = gap(GapKind.FENCED, "s3:GetBucketAcl", UNNAMED)
    policy = gap(GapKind.FENCED, "s3:GetBucketPolicy", UNNAMED)
    rows = unread(Snapshot(NOW, (bucket("a", acl=acl, policy=policy), bucket("b", "222233334444", acl=acl))))
    assert [(row.scope.account, row.gap.call, row.count) for row in rows] == [
        ("111122223333", "s3:GetBucketAcl", 1),
        ("222233334444", "s3:GetBucketAcl", 1),
        ("111122223333", "s3:GetBucketPolicy", 1),
    ]


def test_what_no_check_asks_for_is_said_to_decide_nothing() -> None:
    one = bucket("a", tags=gap(GapKind.DENIED, "s3:GetBucketTagging"), policy=gap(GapKind.DENIED, "s3:GetBucketPolicy"))
    rows = unread(Snapshot(NOW, (one,)), {"s3.bucket": frozenset({"tags"})})
    assert {row.what: row.decides for row in rows} == {"tags of s3.bucket": False, "policy of s3.bucket": True}


def test_what_only_tells_owners_is_what_no_chosen_check_needs() -> None:
    spare = aside(chosen(()))
    assert spare["s3.bucket"] == {"tags"}
    assert all(
        not spare[kind] & facets for check in chosen(()) for kind, facets in check.wanted().items() if kind in spare
    )


def test_the_oldest_fact_is_the_oldest_that_was_read() -> None:
    old = Fact(NOW - timedelta(hours=4), {"a": 1})
    older_gap = Fact(NOW - timedelta(hours=9), gap=Gap(GapKind.DENIED, "no"))
    assert oldest_fact(Snapshot(NOW, (bucket("a", acl=Fact(NOW, {}), policy=old, tags=older_gap),))) == old.as_of
    assert oldest_fact(Snapshot(NOW)) is None
