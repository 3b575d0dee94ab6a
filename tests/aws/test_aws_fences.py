"""Service control policies: one probe, one line each."""

import msgspec
import pytest
from tests.clock import START
from tests.wire import Reply, Wire, client, connect, query_error, query_result, s3_error

from tenfold.aws.fences import Fences
from tenfold.model.errors import GapError
from tenfold.model.gap import Gap, GapKind

SCP = "arn:aws:organizations::999988887777:policy/o-example/service_control_policy/p-nobody"
CALL = "s3:GetBucketPolicy"
FENCED = Gap(GapKind.FENCED, "fenced", START, CALL, SCP)


def denial(action: str, resource: str) -> str:
    """AWS's sentence for an explicit deny by an SCP."""
    user = "arn:aws:sts::111122223333:assumed-role/tenfold/tenfold"
    where = f" on resource: {resource}" if resource else ""
    because = f"with an explicit deny in a service control policy: {SCP}"
    return f"User: {user} is not authorized to perform: {action}{where} {because}"


@pytest.mark.parametrize(
    ("told", "closed"),
    [
        ([denial(CALL, "*")], True),
        ([denial(CALL, "")], True),
        ([denial(CALL, '"arn:aws:s3:::one"')], False),
        ([denial(CALL, '"arn:aws:s3:::one"')] * 2, False),
        ([denial(CALL, '"arn:aws:s3:::one"'), denial(CALL, '"arn:aws:s3:::two"')], True),
    ],
)
def test_a_call_is_closed_once_the_fence_is_seen_to_be_about_the_call(told: list[str], closed: bool) -> None:
    fences = Fences()
    for message in told:
        fences.learn("a", "r", FENCED, message)
    assert (fences.known("a", "r", CALL) is not None) is closed
    assert fences.known("b", "r", CALL) is None
    assert fences.known("a", "s", CALL) is None


def test_two_buckets_behind_two_scps_close_nothing() -> None:
    fences = Fences()
    for name, scp in (("one", SCP), ("two", f"{SCP}-2")):
        gap = msgspec.structs.replace(FENCED, scp=scp)
        fences.learn("a", "r", gap, denial(CALL, f"arn:aws:s3:::{name}"))
    assert fences.known("a", "r", CALL) is None


@pytest.mark.parametrize("reply", [Reply("one.policy", body="{}"), s3_error("one.policy", 404, "NoSuchBucketPolicy")])
def test_a_success_before_the_first_denial_counts(reply: Reply) -> None:
    fenced = [
        s3_error(f"{name}.policy", 403, "AccessDenied", denial(CALL, f"arn:aws:s3:::{name}"))
        for name in ("two", "three", "four")
    ]
    with Wire([reply, *fenced]) as wire:
        aws = client(connect(wire.url))
        aws.maybe(CALL, absent=("NoSuchBucketPolicy",), Bucket="one")
        for name in ("two", "three", "four"):
            assert _gap_of(lambda: aws.call(CALL, Bucket=name)).kind is GapKind.FENCED  # noqa: B023 - called at once
        assert len(wire.asked("policy")) == 4


def test_a_success_opens_what_denials_had_closed() -> None:
    fences = Fences()
    fences.learn("a", "r", FENCED, denial(CALL, "*"))
    fences.open("a", "r", CALL)
    assert fences.known("a", "r", CALL) is None


def test_a_call_that_succeeded_once_stays_open_for_single_forbidden_resources() -> None:
    fences = Fences()
    fences.learn("a", "r", FENCED, denial(CALL, "arn:aws:s3:::one"))
    fences.open("a", "r", CALL)
    fences.learn("a", "r", FENCED, denial(CALL, "arn:aws:s3:::two"))
    assert fences.known("a", "r", CALL) is None


def test_a_plain_denial_closes_nothing() -> None:
    fences = Fences()
    fences.learn("a", "r", Gap(GapKind.DENIED, "denied", START, CALL), denial(CALL, "*"))
    assert fences.known("a", "r", CALL) is None


def test_an_account_wide_fence_is_probed_once_and_names_its_policy() -> None:
    message = denial("iam:GetAccountSummary", "*")
    with Wire([query_error("Action=GetAccountSummary", 403, "AccessDenied", message)]) as wire:
        aws = client(connect(wire.url))
        gaps = [_gap_of(lambda: aws.call("iam:GetAccountSummary")) for _ in range(5)]
        assert len(wire.asked("GetAccountSummary")) == 1
    assert {(gap.kind, gap.scp) for gap in gaps} == {(GapKind.FENCED, SCP)}


def test_a_fence_around_buckets_is_probed_twice_and_other_calls_go_on() -> None:
    script = [
        *(
            s3_error(f"^GET /{name}.policy", 403, "AccessDenied", denial(CALL, f"&quot;arn:aws:s3:::{name}&quot;"))
            for name in ("one", "two", "three")
        ),
        Reply(r"^GET /\w+\?acl", body="<AccessControlPolicy><Owner><ID>x</ID></Owner></AccessControlPolicy>"),
    ]
    with Wire(script) as wire:
        aws = client(connect(wire.url))
        for name in ("one", "two", "three"):
            gap = _gap_of(lambda: aws.call(CALL, Bucket=name))  # noqa: B023 - called at once
            assert gap.kind is GapKind.FENCED
            assert aws.call("s3:GetBucketAcl", Bucket=name)["Owner"] == {"ID": "x"}
        assert [request.path for request in wire.asked("policy")] == ["/one?policy", "/two?policy"]


def test_a_denial_by_an_identity_policy_is_asked_again_for_each_resource() -> None:
    script = [
        query_error("Action=GetAccountSummary", 403, "AccessDenied", "no identity-based policy allows it", times=1),
        Reply("Action=GetAccountSummary", body=query_result("GetAccountSummary", "<SummaryMap/>")),
    ]
    with Wire(script) as wire:
        aws = client(connect(wire.url))
        gap = _gap_of(lambda: aws.call("iam:GetAccountSummary"))
        assert (gap.kind, gap.scp) == (GapKind.DENIED, "")
        assert aws.call("iam:GetAccountSummary") == {"SummaryMap": {}}


def _gap_of(call: object) -> Gap:
    assert callable(call)
    with pytest.raises(GapError) as caught:
        call()
    return caught.value.gap
