"""`tenfold policy simulate`, line by line: what comes in, what goes out, and that no line stops the next."""

import json
from typing import Any

import pytest

from tenfold.policy.simulate import simulate

OWN, OTHER = "111122223333", "444455556666"
OPEN = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
PUBLIC = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::z/*"}}
REQUEST = {"action": "s3:GetObject", "resource": "arn:aws:s3:::z/k", "resource_account": OWN, "principal": None}


def answer(line: Any) -> Any:
    return json.loads(simulate(line if isinstance(line, bytes) else json.dumps(line).encode())[0])


def test_a_whole_line_as_documented() -> None:
    flags = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
    line = {
        "id": "1",
        "request": REQUEST
        | {"principal": f"arn:aws:iam::{OTHER}:user/bob", "context": {"aws:SourceIp": ["192.0.2.1"]}},
        "identity": [OPEN],
        "resource_policy": PUBLIC,
        "boundaries": [OPEN],
        "session": [],
        "scps": [[OPEN], [OPEN]],
        "rcps": [[]],
        "endpoint": [],
        "public_access_block": {"account": flags, "bucket": flags},
        "acl": {"Owner": {"ID": "0wner"}, "Grants": []},
    }
    assert answer(line) == {
        "id": "1",
        "decision": "Allowed",
        "why": [
            "scps[0][0] Statement[0] allows it",
            "scps[1][0] Statement[0] allows it",
            "identity[0] Statement[0] allows it",
            "boundaries[0] Statement[0] allows it",
            "resource_policy Statement[0] allows it",
        ],
    }


@pytest.mark.parametrize("id_", ["a", 7, 7.5, None, {"n": 1}, "ünïcode"])
def test_the_id_comes_back_as_it_was(id_: Any) -> None:
    assert answer({"id": id_, "request": REQUEST})["id"] == id_
    assert answer({"id": id_, "request": REQUEST | {"action": 7}})["id"] == id_
    assert answer({"id": id_, "request": REQUEST, "identity": [{}]})["id"] == id_


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        (b'{"id": "x", "request": {"action"', "x"),
        (b'{"request": 1, "id": 12', 12),
        (b'{"id": "a\\"b", ', 'a"b'),
        (b'{"id": "\\ud800", ', None),
        (b"not JSON", None),
        (b"\xff\xfe", None),
        (b'{"id": "x", "context": "\xff"}', "x"),
        (b"[" * 200_000, None),
        (b'{"id": "x"}', "x"),
        (b"[]", None),
    ],
)
def test_what_is_no_line_gets_an_error_with_its_id(line: bytes, id_: Any) -> None:
    found, read = simulate(line)
    assert not read
    assert json.loads(found)["id"] == id_
    assert "cannot be read" in json.loads(found)["error"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"identity": [OPEN, {"Version": "2012-10-17"}]}, "identity[1]: Statement: there is no Statement"),
        ({"scps": [[OPEN], [OPEN, {"Statement": [{"Effect": "Allow"}]}]]}, "scps[1][1]: Statement[0]: neither Action"),
        ({"rcps": [[OPEN]]}, "rcps[0][0]: Statement[0]: neither Principal"),
        ({"endpoint": [OPEN]}, "endpoint[0]: Statement[0]: neither Principal"),
        ({"session": ["{"]}, "session[0]: not JSON"),
        ({"session": [7]}, "session[0]: a policy is a JSON object"),
        ({"resource_policy": OPEN}, "resource_policy: Statement[0]: neither Principal"),
        ({"request": REQUEST | {"action": "s3"}}, "request.action: 's3' is not"),
        ({"request": REQUEST | {"resource": ""}}, "request.resource: there is none"),
        ({"request": REQUEST | {"principal": "eva"}}, "'eva' is no name of a caller"),
        ({"request": REQUEST | {"principal": "arn:aws:iam"}}, "not a whole ARN"),
        ({"request": REQUEST | {"principal": f"arn:aws:iam::{OWN}:group/g"}}, "nobody who makes requests"),
        ({"request": REQUEST | {"principal": f"arn:aws:iam::{OWN}:user"}}, "nobody who makes requests"),
        ({"request": REQUEST | {"principal": f"arn:aws:iam::{OWN}:role/"}}, "nobody who makes requests"),
        ({"acl": {"Grants": [{"Permission": "READ"}]}}, "acl grant 0: no grantee"),
        ({"acl": {"Grants": 7}}, "Grants is not a list"),
        ({"access_point": {"arn": "x", "bucket": "y"}}, "access_point.arn: 'x' is not a whole ARN"),
    ],
)
def test_an_error_says_where(change: dict[str, Any], error: str) -> None:
    found = answer({"id": "1", "request": REQUEST} | change)
    assert found["id"] == "1"
    assert error in found["error"]
    assert "decision" not in found


def test_what_is_left_out_or_null_is_not_there() -> None:
    names = ("identity", "resource_policy", "boundaries", "session", "scps", "rcps", "endpoint", "acl", "unknown")
    nulls = dict.fromkeys((*names, "public_access_block", "ownership", "object_owner", "canonical_users"))
    assert answer({"request": REQUEST}) == answer({"request": REQUEST} | nulls)
    assert answer({"request": REQUEST})["decision"] == "ImplicitlyDenied"
    caller = REQUEST | {"principal": f"arn:aws:iam::{OWN}:user/eva", "context": {"aws:username": None}}
    named = {"Statement": {**OPEN["Statement"], "Condition": {"Null": {"aws:username": "false"}}}}  # type: ignore[dict-item]
    assert answer({"request": caller, "identity": [named]})["decision"] == "Allowed"


@pytest.mark.parametrize("layer", ["identity", "resource_policy", "boundaries", "session", "scps", "rcps", "endpoint"])
def test_a_layer_that_is_not_known_leaves_it_open(layer: str) -> None:
    user = REQUEST | {"principal": f"arn:aws:iam::{OWN}:user/eva"}
    found = answer({"request": user, "identity": [OPEN], "unknown": [layer]})
    assert found["decision"] == "Unknown"
    assert layer in " ".join(found["why"])
    denied = {"request": user, "identity": [{"Statement": {**OPEN["Statement"], "Effect": "Deny"}}]}  # type: ignore[dict-item]
    assert answer(denied | {"unknown": [layer]})["decision"] == "ExplicitlyDenied"


def test_a_policy_may_be_text_and_context_values_plain() -> None:
    user = REQUEST | {
        "principal": f"arn:aws:iam::{OWN}:user/eva",
        "context": {"s3:max-keys": 5, "Aws:SecureTransport": True},
    }
    condition = {"NumericEquals": {"s3:max-keys": "5"}, "Bool": {"aws:securetransport": "true"}}
    policy = {"Statement": {**OPEN["Statement"], "Condition": condition}}  # type: ignore[dict-item]
    assert answer({"request": user, "identity": [json.dumps(policy)]})["decision"] == "Allowed"
