"""Hub and spokes: who signs what, how often a role is assumed, and what is left when it cannot be."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.wire import ACCOUNT, REGION, Reply, Request, Wire, client, connect, identity_reply, query_error, query_result

from tenfold.aws.connection import Connection
from tenfold.model.errors import AccessError, GapError
from tenfold.model.gap import GapKind

HUB_ROLE = f"arn:aws:iam::{ACCOUNT}:role/hub"
SPOKES = ("222233334444", "333344445555")
SUMMARY = Reply("Action=GetAccountSummary", body=query_result("GetAccountSummary", "<SummaryMap/>"))


def role_session(match: str, key: str, minutes: float = 60, times: int | None = None) -> Reply:
    """What AssumeRole says; it expires by the real clock, which is the one that botocore refreshes by."""
    expires = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    keys = (
        f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-{key}</SessionToken>"
    )
    result = f"<Credentials>{keys}<Expiration>{expires}</Expiration></Credentials>"
    return Reply(f"Action=AssumeRole.*{match}", body=query_result("AssumeRole", result), times=times)


def summary_keys(wire: Wire) -> list[str]:
    """Which access keys signed the calls that read something."""
    return [request.access_key for request in wire.asked("GetAccountSummary")]


@pytest.fixture
def hub_and_spokes() -> Iterator[tuple[Wire, Connection]]:
    script = [
        role_session("role%2Fhub", "ASIAHUB"),
        *(role_session(account, f"ASIA{account}") for account in SPOKES),
        SUMMARY,
    ]
    with Wire(script) as wire:
        yield wire, connect(wire.url, hub_role=HUB_ROLE, role="reader", external_id="x-42", session_name="audit")


def assume_requests(wire: Wire) -> list[Request]:
    return wire.asked("Action=AssumeRole")


def test_each_account_is_entered_through_the_hub(hub_and_spokes: tuple[Wire, Connection]) -> None:
    wire, connection = hub_and_spokes
    for account in (*SPOKES, ACCOUNT, *SPOKES):
        client(connection, account).call("iam:GetAccountSummary")
    spokes = [f"ASIA{account}" for account in SPOKES]
    assert summary_keys(wire) == [*spokes, "ASIAHUB", *spokes]
    assert [request.access_key for request in assume_requests(wire)] == ["AKIAHUB", "ASIAHUB", "ASIAHUB"]


def test_roles_are_assumed_with_external_id_and_session_name(hub_and_spokes: tuple[Wire, Connection]) -> None:
    wire, connection = hub_and_spokes
    client(connection, SPOKES[0]).call("iam:GetAccountSummary")
    hub, spoke = [request.form for request in assume_requests(wire)]
    assert hub["RoleArn"] == HUB_ROLE
    assert spoke["RoleArn"] == f"arn:aws:iam::{SPOKES[0]}:role/reader"
    for form in (hub, spoke):
        assert (form["ExternalId"], form["RoleSessionName"]) == ("x-42", "audit")


def test_the_session_token_goes_along(hub_and_spokes: tuple[Wire, Connection]) -> None:
    wire, connection = hub_and_spokes
    client(connection, SPOKES[0]).call("iam:GetAccountSummary")
    assert wire.asked("GetAccountSummary")[0].headers["x-amz-security-token"] == f"token-ASIA{SPOKES[0]}"


def test_two_accounts_share_one_client_of_a_service_and_region(hub_and_spokes: tuple[Wire, Connection]) -> None:
    wire, connection = hub_and_spokes
    for account in SPOKES:
        client(connection, account).call("iam:GetAccountSummary")
    assert sorted(connection._clients) == [("iam", REGION), ("sts", REGION)]
    assert connection.client("iam", REGION) is connection.client("iam", REGION)
    assert len(set(summary_keys(wire))) == 2


def test_without_an_external_id_none_is_sent() -> None:
    with Wire([role_session(SPOKES[0], "ASIASPOKE"), SUMMARY]) as wire:
        client(connect(wire.url, role="reader"), SPOKES[0]).call("iam:GetAccountSummary")
        form = assume_requests(wire)[0].form
    assert "ExternalId" not in form
    assert form["RoleSessionName"] == "tenfold"


def test_without_a_role_every_call_is_signed_with_the_keys_themselves() -> None:
    with Wire([SUMMARY]) as wire:
        client(connect(wire.url)).call("iam:GetAccountSummary")
        assert summary_keys(wire) == ["AKIAHUB"]
        assert assume_requests(wire) == []


def test_a_session_about_to_expire_is_refreshed_in_time() -> None:
    script = [role_session(SPOKES[0], "ASIAOLD", minutes=2, times=1), role_session(SPOKES[0], "ASIANEW"), SUMMARY]
    with Wire(script) as wire:
        aws = client(connect(wire.url, role="reader"), SPOKES[0])
        for _ in range(3):
            aws.call("iam:GetAccountSummary")
        assert summary_keys(wire) == ["ASIANEW"] * 3
        assert len(assume_requests(wire)) == 2


REFUSED: list[tuple[Reply, GapKind, str]] = [
    (
        query_error("AssumeRole.*2222", 403, "AccessDenied", "not authorized to assume"),
        GapKind.DENIED,
        "not authorized",
    ),
    (Reply("AssumeRole.*2222", 502, body="<html>Bad gateway</html>"), GapKind.DENIED, "HTML page"),
]


@pytest.mark.parametrize(("refusal", "kind", "reason"), REFUSED)
def test_a_role_that_cannot_be_assumed_is_tried_once_and_costs_only_its_account(
    refusal: Reply, kind: GapKind, reason: str
) -> None:
    with Wire([refusal, role_session(SPOKES[1], "ASIAOTHER"), SUMMARY]) as wire:
        connection = connect(wire.url, role="reader")
        for _ in range(3):
            with pytest.raises(GapError, match=reason) as caught:
                client(connection, SPOKES[0]).call("iam:GetAccountSummary")
            assert caught.value.gap.kind is kind
            assert f"{SPOKES[0]}:role/reader" in caught.value.gap.reason
        client(connection, SPOKES[1]).call("iam:GetAccountSummary")
        assert len(wire.asked("AssumeRole.*2222")) == 1
        assert summary_keys(wire) == ["ASIAOTHER"]


def test_a_hub_role_that_cannot_be_assumed_ends_the_run_with_its_name() -> None:
    with Wire([query_error("AssumeRole", 403, "AccessDenied", "no")]) as wire:
        connection = connect(wire.url, hub_role=HUB_ROLE)
        with pytest.raises(AccessError, match=f"cannot assume {HUB_ROLE}: AccessDenied"):
            connection.identity()


class Gate(Wire):
    """Lets the roles of two accounts in only when both are asked for at the same time."""

    both = threading.Barrier(2)

    def answer(self, request: Request) -> Reply:
        if "AssumeRole" in request.body:
            self.both.wait(timeout=10)
        return super().answer(request)


def test_accounts_are_entered_beside_each_other_and_each_once() -> None:
    with Gate([*(role_session(account, f"ASIA{account}") for account in SPOKES), SUMMARY]) as wire:
        connection = connect(wire.url, role="reader")
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda account: client(connection, account).call("iam:GetAccountSummary"), SPOKES * 3))
        assert len(assume_requests(wire)) == 2
        assert len(summary_keys(wire)) == 6


@pytest.mark.parametrize(
    ("partition", "settings"),
    [("aws-cn", {"region": "cn-north-1"}), ("aws-us-gov", {"region": "us-gov-west-1"})],
)
def test_the_role_lies_in_the_partition_of_the_credentials(partition: str, settings: dict[str, Any]) -> None:
    who = identity_reply(ACCOUNT, f"arn:{partition}:iam::{ACCOUNT}:user/reader")
    with Wire([who, role_session(SPOKES[0], "ASIASPOKE"), SUMMARY]) as wire:
        client(connect(wire.url, role="reader", **settings), SPOKES[0]).call("iam:GetAccountSummary")
        assert assume_requests(wire)[0].form["RoleArn"] == f"arn:{partition}:iam::{SPOKES[0]}:role/reader"
