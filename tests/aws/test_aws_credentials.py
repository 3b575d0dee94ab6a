"""Hub and spokes: who signs what, how often a role is assumed, and what is left when it cannot be."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from tests.wire import (
    ACCOUNT,
    REGION,
    Reply,
    Request,
    Wire,
    client,
    connect,
    identity_reply,
    query_error,
    query_result,
    role_session,
)

from tenfold.aws.connection import Connection
from tenfold.model.errors import AccessError, GapError
from tenfold.model.gap import GapKind

HUB_KEY = f"ASIA{ACCOUNT}"
HUB_ROLE = f"arn:aws:iam::{ACCOUNT}:role/hub"
SPOKES = ("222233334444", "333344445555")
SUMMARY = Reply("Action=GetAccountSummary", body=query_result("GetAccountSummary", "<SummaryMap/>"))


def summary_keys(wire: Wire) -> list[str]:
    """Which access keys signed the calls that read something."""
    return [request.access_key for request in wire.asked("GetAccountSummary")]


@pytest.fixture
def hub_and_spokes() -> Iterator[tuple[Wire, Connection]]:
    script = [
        role_session("role%2Fhub", ACCOUNT),
        *(role_session(account, account) for account in SPOKES),
        SUMMARY,
    ]
    with Wire(script) as wire:
        yield (
            wire,
            connect(
                wire.url,
                hub_role=HUB_ROLE,
                role="reader",
                hub_external_id="h-7",
                external_id="x-42",
                session_name="audit",
            ),
        )


def assume_requests(wire: Wire) -> list[Request]:
    return wire.asked("Action=AssumeRole")


def test_each_account_is_entered_through_the_hub(hub_and_spokes: tuple[Wire, Connection]) -> None:
    wire, connection = hub_and_spokes
    for account in (*SPOKES, ACCOUNT, *SPOKES):
        client(connection, account).call("iam:GetAccountSummary")
    spokes = [f"ASIA{account}" for account in SPOKES]
    assert summary_keys(wire) == [*spokes, HUB_KEY, *spokes]
    assert [request.access_key for request in assume_requests(wire)] == ["AKIAHUB", HUB_KEY, HUB_KEY]


def test_roles_are_assumed_with_external_id_and_session_name(hub_and_spokes: tuple[Wire, Connection]) -> None:
    wire, connection = hub_and_spokes
    client(connection, SPOKES[0]).call("iam:GetAccountSummary")
    hub, spoke = [request.form for request in assume_requests(wire)]
    assert hub["RoleArn"] == HUB_ROLE
    assert spoke["RoleArn"] == f"arn:aws:iam::{SPOKES[0]}:role/reader"
    assert (hub["ExternalId"], hub["RoleSessionName"]) == ("h-7", "audit")
    assert (spoke["ExternalId"], spoke["RoleSessionName"]) == ("x-42", "audit")


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
    with Wire([role_session(SPOKES[0], SPOKES[0]), SUMMARY]) as wire:
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
    script = [
        role_session(SPOKES[0], SPOKES[0], minutes=2, times=1, mark="OLD"),
        role_session(SPOKES[0], SPOKES[0], mark="NEW"),
        SUMMARY,
    ]
    with Wire(script) as wire:
        aws = client(connect(wire.url, role="reader"), SPOKES[0])
        for _ in range(3):
            aws.call("iam:GetAccountSummary")
        assert summary_keys(wire) == [f"ASIA{SPOKES[0]}NEW"] * 3
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
    with Wire([refusal, role_session(SPOKES[1], SPOKES[1]), SUMMARY]) as wire:
        connection = connect(wire.url, role="reader")
        for _ in range(3):
            with pytest.raises(GapError, match=reason) as caught:
                client(connection, SPOKES[0]).call("iam:GetAccountSummary")
            assert caught.value.gap.kind is kind
            assert f"{SPOKES[0]}:role/reader" in caught.value.gap.reason
        client(connection, SPOKES[1]).call("iam:GetAccountSummary")
        assert len(wire.asked("AssumeRole.*2222")) == 1
        assert summary_keys(wire) == [f"ASIA{SPOKES[1]}"]


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
    with Gate([*(role_session(account, account) for account in SPOKES), SUMMARY]) as wire:
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
    who = msgspec.structs.replace(identity_reply(ACCOUNT, f"arn:{partition}:iam::{ACCOUNT}:user/reader"), times=1)
    with Wire([who, role_session(SPOKES[0], SPOKES[0]), SUMMARY]) as wire:
        client(connect(wire.url, role="reader", **settings), SPOKES[0]).call("iam:GetAccountSummary")
        assert assume_requests(wire)[0].form["RoleArn"] == f"arn:{partition}:iam::{SPOKES[0]}:role/reader"


def test_another_account_than_our_own_is_not_entered_without_a_role() -> None:
    with Wire([SUMMARY]) as wire:
        connection = connect(wire.url)
        for _ in range(2):
            with pytest.raises(GapError, match=f"belong to account {ACCOUNT}; --role") as caught:
                client(connection, SPOKES[0]).call("iam:GetAccountSummary")
            assert caught.value.gap.kind is GapKind.DENIED
        assert summary_keys(wire) == []
        client(connection, ACCOUNT).call("iam:GetAccountSummary")
        assert summary_keys(wire) == ["AKIAHUB"]


@pytest.mark.parametrize("account", ["", "12345", "22223333444a", "222233334444 ", "../root", "\u0662" * 12])
def test_what_is_no_account_id_is_not_entered(account: str) -> None:
    with Wire([]) as wire:
        with pytest.raises(GapError, match="12 digits"):
            client(connect(wire.url, role="reader"), account).call("iam:GetAccountSummary")
        assert assume_requests(wire) == []


def test_keys_that_turn_out_to_be_another_accounts_are_not_used() -> None:
    with Wire([role_session(SPOKES[0], SPOKES[1]), SUMMARY]) as wire:
        connection = connect(wire.url, role="reader")
        for _ in range(2):
            with pytest.raises(GapError, match=f"{SPOKES[0]}:role/reader belong to account {SPOKES[1]}") as caught:
                client(connection, SPOKES[0]).call("iam:GetAccountSummary")
        assert caught.value.gap.kind is GapKind.MALFORMED
        assert summary_keys(wire) == []
        assert len(assume_requests(wire)) == 1


def test_whose_the_keys_are_is_asked_once_an_account() -> None:
    with Wire([role_session(SPOKES[0], SPOKES[0]), SUMMARY]) as wire:
        aws = client(connect(wire.url, role="reader"), SPOKES[0])
        for _ in range(3):
            aws.call("iam:GetAccountSummary")
        asked = [request.access_key for request in wire.asked("GetCallerIdentity")]
    assert asked == ["AKIAHUB", f"ASIA{SPOKES[0]}"]


@pytest.mark.parametrize(
    "result",
    ["", "<Credentials/>", "<Credentials><AccessKeyId>ASIA1</AccessKeyId></Credentials>"],
)
def test_a_role_that_comes_without_its_keys_is_a_gap(result: str) -> None:
    broken = Reply("Action=AssumeRole", body=query_result("AssumeRole", result))
    with Wire([broken]) as wire, pytest.raises(GapError, match=f"cannot assume .*{SPOKES[0]}:role/reader"):
        client(connect(wire.url, role="reader"), SPOKES[0]).call("iam:GetAccountSummary")
