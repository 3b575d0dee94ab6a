"""Answers of AWS that no simulator gives, replayed under the real client."""

import base64
from datetime import UTC, datetime

import pytest
from tests.clock import ManualClock
from tests.wire import (
    ACCOUNT,
    RECORDINGS,
    Reply,
    Wire,
    client,
    connect,
    query_error,
    query_result,
    recording,
    role_session,
)

from tenfold.aws.client import Client, Memo
from tenfold.inventory.accounts import organization_accounts
from tenfold.inventory.collect import collect
from tenfold.inventory.collectors import credential_report, organizations, s3
from tenfold.model.arn import Scope
from tenfold.model.errors import GapError
from tenfold.model.gap import GapKind
from tenfold.model.resource import ABSENT, Resource
from tenfold.model.snapshot import ListStatus

GENERATED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
COMPLETE = Reply("GenerateCredentialReport", body=query_result("GenerateCredentialReport", "<State>COMPLETE</State>"))
STARTED = "<State>STARTED</State><Description>No report exists.</Description>"


def report() -> Reply:
    content = base64.b64encode((RECORDINGS / "credential_report.csv").read_bytes()).decode()
    said = f"<Content>{content}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-03-01T09:30:00Z</GeneratedTime>"
    return Reply("GetCredentialReport", body=query_result("GetCredentialReport", said))


def user(path_and_name: str, created: str) -> Resource:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{path_and_name}"
    scope = Scope("aws", ACCOUNT, "", "iam")
    return Resource(
        arn, "iam.user", scope, path_and_name.rpartition("/")[2], created_at=datetime.fromisoformat(created)
    )


ANN = user("people/ann", "2024-01-02T03:04:05+00:00")
ROOT = Resource(f"arn:aws:iam::{ACCOUNT}:root", "account", Scope("aws", ACCOUNT), ACCOUNT)


def test_the_credential_report_is_read_once_and_is_as_old_as_aws_says() -> None:
    with Wire([COMPLETE, report()]) as wire:
        aws = client(connect(wire.url))
        ann, root = credential_report.credentials(aws, ANN), credential_report.credential_report_root(aws, ROOT)
        assert len(wire.asked("GetCredentialReport")) == 1
    assert (ann.as_of, root.as_of) == (GENERATED, GENERATED)
    assert (ann.value["password_last_used"], ann.value["access_key_2_last_rotated"]) == ("no_information", "N/A")
    assert (root.value["user"], root.value["password_enabled"]) == ("<root_account>", "not_supported")


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (user("carol", "2026-03-01T11:00:00+00:00"), "younger than the report"),
        (user("bob", "2026-03-01T11:00:00+00:00"), "deleted and made anew since"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_user_without_a_row_was_not_read(who: Resource, why: str) -> None:
    with (
        Wire([COMPLETE, report()]) as wire,
        pytest.raises(GapError, match=r"2026-03-01 09:30 UTC has no row") as caught,
    ):
        credential_report.credentials(client(connect(wire.url)), who)
    assert caught.value.gap.kind is GapKind.NOT_READ, why


def test_the_report_is_waited_for() -> None:
    clock = ManualClock()
    started = Reply("GenerateCredentialReport", body=query_result("GenerateCredentialReport", STARTED), times=3)
    with Wire([started, COMPLETE, report()]) as wire:
        credential_report.credentials(client(connect(wire.url, clock)), ANN)
    assert clock.waits == [2.0, 2.0, 2.0]


def test_a_report_that_never_comes_is_a_gap_after_a_minute_for_everybody_at_once() -> None:
    clock = ManualClock()
    with Wire([Reply("GenerateCredentialReport", body=query_result("GenerateCredentialReport", STARTED))]) as wire:
        aws = client(connect(wire.url, clock))
        for _ in range(2):
            with pytest.raises(GapError, match="did not finish the credential report within 60 s"):
                credential_report.credentials(aws, ANN)
    assert sum(clock.waits) == 60.0


def test_buckets_of_all_pages_lie_where_the_list_says() -> None:
    with Wire(recording("buckets_in_two_pages.json")) as wire:
        found = list(s3.buckets(client(connect(wire.url))))
        assert wire.asked("location") == []
    assert {bucket.name: bucket.scope.region for bucket in found} == {
        "ireland": "eu-west-1",
        "virginia": "us-east-1",
        "tokyo": "ap-northeast-1",
    }


def test_buckets_are_asked_where_they_lie_when_the_list_does_not_say() -> None:
    with Wire(recording("buckets_without_regions.json")) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], {"s3.bucket": frozenset({"policy"})})
    assert {bucket.name: bucket.scope.region for bucket in snapshot.resources} == {
        "virginia": "us-east-1",
        "ireland": "eu-west-1",
        "tokyo": "ap-northeast-1",
    }
    assert [gone.arn for gone in snapshot.vanished] == ["arn:aws:s3:::gone"]


def test_buckets_are_asked_only_as_long_as_they_are_the_accounts() -> None:
    none = Reply("policy", 404, body="<Error><Code>NoSuchBucketPolicy</Code></Error>")
    with Wire([*recording("buckets_in_two_pages.json"), none]) as wire:
        aws = client(connect(wire.url))
        assert s3.policy(aws, next(s3.buckets(aws))) is ABSENT
        assert wire.asked("policy")[0].headers["x-amz-expected-bucket-owner"] == ACCOUNT


def test_an_organisations_trail_is_a_trail_of_each_member_wherever_it_is_at_home() -> None:
    facets = frozenset({"description", "status", "selectors", "insight_selectors"})
    members = ("222233334444", "333344445555")
    sessions = [role_session(member, member) for member in members]
    with Wire([*recording("organization_trail.json"), *sessions]) as wire:
        connection = connect(wire.url, role="reader", regions=("eu-west-1", "us-east-1"))
        snapshot = collect(connection, members, {"cloudtrail.trail": facets})
    for member in members:
        (trail,) = snapshot.each("cloudtrail.trail", member)
        assert trail.scope == Scope("aws", member, "us-east-1", "cloudtrail")
        assert trail["description"]["IsOrganizationTrail"] is True
        assert trail["status"]["LatestDeliveryTime"] == "2026-03-01T12:00:00+00:00"
        assert trail["insight_selectors"] is ABSENT
        gap = trail.gap("selectors")
        assert gap is not None
        assert gap.kind is GapKind.DENIED


def test_a_trail_at_home_in_a_region_that_is_not_read_still_counts() -> None:
    with Wire(recording("organization_trail.json")) as wire:
        snapshot = collect(connect(wire.url, regions=("eu-west-1",)), [ACCOUNT], {"cloudtrail.trail": frozenset()})
    assert [trail.scope.region for trail in snapshot.each("cloudtrail.trail", ACCOUNT)] == ["us-east-1"]


def test_accounts_go_by_state_and_by_status_where_there_is_no_state() -> None:
    with Wire(recording("organization_accounts.json")) as wire:
        found = organization_accounts(client(connect(wire.url)))
    assert [(account.name, account.status, account.active) for account in found] == [
        ("management", "ACTIVE", True),
        ("older endpoint", "ACTIVE", True),
        ("leaving", "PENDING_CLOSURE", False),
        ("closed", "CLOSED", False),
        ("555555555555", "PENDING_ACTIVATION", False),
    ]


def test_accounts_that_never_joined_are_listed_too() -> None:
    with Wire(recording("organization_accounts.json")) as wire:
        found = list(organizations.accounts(client(connect(wire.url))))
    assert [account.created_at is None for account in found] == [False, False, False, False, True]


NOT_IN_USE = Reply(
    "DescribeOrganization", 400, body={"__type": "AWSOrganizationsNotInUseException", "Message": "not a member"}
)


def test_an_account_in_no_organisation_has_none_of_its_parts() -> None:
    kinds = ("organizations.organization", "organizations.account", "organizations.policy")
    with Wire([NOT_IN_USE]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], dict.fromkeys(kinds, frozenset[str]()))
        assert organization_accounts(client(connect(wire.url))) == []
    assert [snapshot.each(kind, ACCOUNT) for kind in kinds] == [[], [], []]


def test_a_member_may_not_list_accounts_and_that_is_a_gap() -> None:
    denied = Reply(
        "ListAccounts", 400, body={"__type": "AccessDeniedException", "Message": "You don't have permissions"}
    )
    described = recording("organization_accounts.json")[0]
    with Wire([described, denied]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], {"organizations.account": frozenset()})
    (row,) = snapshot.lists
    assert row.status is ListStatus.MISSING
    with pytest.raises(GapError, match="You don't have permissions"):
        snapshot.each("organizations.account", ACCOUNT)


def test_policies_that_aws_manages_are_each_accounts_own_count() -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    policy = f"<member><Arn>{arn}</Arn><PolicyName>AdministratorAccess</PolicyName><AttachmentCount>3</AttachmentCount><CreateDate>2015-02-06T18:39:46Z</CreateDate></member>"
    said = f"<IsTruncated>false</IsTruncated><Policies>{policy}</Policies>"
    answer = Reply("GetAccountAuthorizationDetails", body=query_result("GetAccountAuthorizationDetails", said))
    with Wire([answer, role_session("2222", "222233334444")]) as wire:
        snapshot = collect(
            connect(wire.url, role="reader"), [ACCOUNT, "222233334444"], {"iam.policy": frozenset({"detail"})}
        )
    assert [len(snapshot.each("iam.policy", account)) for account in (ACCOUNT, "222233334444")] == [1, 1]


def test_no_password_policy_is_said_and_not_guessed() -> None:
    absent = query_error("GetAccountPasswordPolicy", 404, "NoSuchEntity", "cannot be found")
    denied = query_error("GetAccountPasswordPolicy", 403, "AccessDenied", "not authorized")
    for reply, gap in ((absent, None), (denied, GapKind.DENIED)):
        with Wire([reply]) as wire:
            snapshot = collect(connect(wire.url), [ACCOUNT], {"account": frozenset({"password_policy"})})
        (account,) = snapshot.resources
        found = account.gap("password_policy")
        assert (found.kind if found else None) is gap
        if gap is None:
            assert account["password_policy"] is ABSENT


def test_what_is_made_once_is_made_once_an_account() -> None:
    with Wire([COMPLETE, report()]) as wire:
        connection, memo = connect(wire.url), Memo()
        for region in ("eu-west-1", "us-east-1"):
            credential_report.credentials(Client(connection, Scope("aws", ACCOUNT, region), memo), ANN)
        assert len(wire.asked("GetCredentialReport")) == 1


@pytest.mark.parametrize("body", ["{}", '{"hello": "world"}'])
def test_an_answer_without_an_organisation_is_not_being_in_none(body: str) -> None:
    with Wire([Reply("DescribeOrganization", body=body)]) as wire:
        snapshot = collect(connect(wire.url), [ACCOUNT], {"organizations.organization": frozenset()})
        with pytest.raises(GapError):
            organization_accounts(client(connect(wire.url)))
    assert [row.status for row in snapshot.lists] == [ListStatus.MISSING]
