"""The index of actions, and whether a pattern can be the ARN of a type of resource."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.policy.actions import ActionIndex
from tenfold.policy.overlap import meets

TEXTS = st.text(alphabet="ab:/*?", max_size=6)
WORDS = ["".join(w) for n in range(5) for w in itertools.product("ab:/", repeat=n)]


def names(actions: ActionIndex, arn: str, service: str) -> set[str]:
    return {one.name for prefix, one in actions.resource_types(arn) if prefix == service}


def test_names_count_in_any_letter_case(actions: ActionIndex) -> None:
    found = actions.action("S3:getobject")
    assert found is not None
    assert found.name == "s3:GetObject"
    assert actions.expand("S3:GETOBJECT") == ("s3:GetObject",)
    assert actions.action("s3:GetObjct") is None
    assert actions.expand("s3:GetObjct") == actions.expand("nothing:*") == ()


def test_patterns_stand_for_all_that_fit(actions: ActionIndex) -> None:
    assert actions.expand("s3:GetBucketP*") == (
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
    )
    assert actions.expand("s3:?etObject") == ("s3:GetObject",)
    every = actions.expand("*")
    assert every == actions.expand("*:*")
    assert len(every) >= 20_000
    assert set(actions.expand("iam:*")) < set(every)
    assert {name.partition(":")[0] for name in actions.expand("s3-*:GetObject")} == {
        "s3-object-lambda",
        "s3-outposts",
    }


@pytest.mark.parametrize(
    ("arn", "service", "expected"),
    [
        ("arn:aws:s3:::b", "s3", {"bucket"}),
        ("arn:aws-cn:s3:::b/k/*", "s3", {"object"}),
        ("arn:aws:s3:::b*", "s3", {"bucket", "object"}),
        ("arn:aws:iam::111122223333:role/team/deploy", "iam", {"role"}),
        ("arn:aws:sqs:*:*:q", "sqs", {"queue"}),
        ("arn:aws:sqs:*:*:q", "sns", set()),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/p/object/k", "s3", {"accesspointobject"}),
    ],
)
def test_an_arn_has_types(actions: ActionIndex, arn: str, service: str, expected: set[str]) -> None:
    assert names(actions, arn, service) == expected


def test_actions_act_on_types_and_carry_keys(actions: ActionIndex) -> None:
    assert "arn:${Partition}:s3:::${BucketName}" in actions.acts_on("s3:ListBucket")
    assert actions.acts_on("s3:ListAllMyBuckets") == frozenset()
    assert "s3:prefix" in actions.keys_for("S3:LISTBUCKET")
    assert "s3:prefix" not in actions.keys_for("s3:GetObject")
    assert actions.carries("s3:GetObject", "s3:ExistingObjectTag/any")
    assert not actions.carries("s3:GetObject", "s3:prefix")
    assert actions.carries("sqs:SendMessage", "aws:ResourceTag/of its queue")


def test_keys_are_known_with_their_types(actions: ActionIndex) -> None:
    for name, many in (("aws:tagkeys", True), ("aws:PrincipalTag/x", False), ("dynamodb:LeadingKeys", True)):
        found = actions.key(name)
        assert found is not None
        assert found.many is many
    assert actions.key("aws:SourcVpce") is None
    assert actions.key("nothing:x") is None


def test_without_a_reference_everything_is_unknown() -> None:
    none = ActionIndex()
    assert not none
    assert not none.services
    assert not none.expand("*")
    assert not none.resource_types("*")
    assert none.action("s3:GetObject") is None
    assert none.keys_for("s3:GetObject") == frozenset()
    assert none.key("aws:SourceIp") is not None, "the global keys are the language's own"


@given(TEXTS, TEXTS)
def test_two_patterns_meet_when_a_word_fits_both(text: str, other: str) -> None:
    both = [w for w in WORDS if _fits(text, w) and _fits(other, w)]
    if both:
        assert meets(text, other)
    if meets(text, other) and len(text) + len(other) <= 4:
        assert both


@given(TEXTS)
def test_a_part_of_an_arn_takes_no_colon_and_no_slash(text: str) -> None:
    both = [w for w in WORDS if _fits(text, w) and re.fullmatch(r"a[^:/]*:.*", w)]
    if both:
        assert meets(text, "a${Region}:${Name}")
    if meets(text, "a${Region}:${Name}") and len(text) <= 3:
        assert both


def _fits(text: str, word: str) -> bool:
    made = "".join(".*" if char == "*" else "." if char == "?" else re.escape(char) for char in text)
    return re.fullmatch(made, word) is not None
