"""A question has three answers, whatever goes wrong."""

from datetime import timedelta

import pytest
from tests.clock import START, ManualClock

from tenfold.aws.answer import Answer, Dated, ask, fact
from tenfold.model.errors import AccessError, GapError
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT, Fact, Json

OLD = START - timedelta(hours=4)
DENIED = Gap(GapKind.DENIED, "not allowed", START, "s3:GetBucketPolicy")


def raising(error: Exception) -> Json:
    raise error


def test_a_value_is_as_old_as_the_call_or_as_aws_says() -> None:
    assert ask(lambda: {"a": 1}, ManualClock()) == Answer({"a": 1}, START)
    assert ask(lambda: Dated([1], OLD), ManualClock()) == Answer([1], OLD)
    assert fact(lambda: Dated([1], OLD), ManualClock()) == Fact(OLD, [1])


def test_absent_is_no_value_and_no_gap() -> None:
    assert ask(lambda: ABSENT, ManualClock()) is ABSENT
    assert fact(lambda: ABSENT, ManualClock()) == Fact(START, absent=True)


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (GapError(DENIED), GapKind.DENIED, "not allowed"),
        (AccessError("the token has expired", next="Log in"), GapKind.FAILED, "the token has expired. Log in"),
        (KeyError("Arn"), GapKind.FAILED, "KeyError: 'Arn'"),
    ],
)
def test_whatever_goes_wrong_is_a_gap_with_its_reason(error: Exception, kind: GapKind, reason: str) -> None:
    gap = ask(lambda: raising(error), ManualClock())
    assert isinstance(gap, Gap)
    assert (gap.kind, gap.reason, gap.at) == (kind, reason, START)
    assert fact(lambda: raising(error), ManualClock()).gap == gap
