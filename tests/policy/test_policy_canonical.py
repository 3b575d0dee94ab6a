"""A policy, printed, reads as the same policy: all that AWS manages, all that others wrote, and made-up ones."""

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from moto.iam.aws_managed_policies import aws_managed_policies_data
from tests.policy.generated import POLICIES

from tenfold.policy.canonical import document, printed
from tenfold.policy.parse import Policy, PolicyError, parse

SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[3] / "shared"))


def meant(policy: Policy) -> Policy:
    """The policy without elements that IAM does not have."""
    statements = tuple(msgspec.structs.replace(one, unknown=()) for one in policy.statements)
    return msgspec.structs.replace(policy, statements=statements, unknown=())


def test_what_aws_manages_reads_prints_and_reads_the_same() -> None:
    managed = json.loads(aws_managed_policies_data)
    assert len(managed) > 1400
    for name, row in managed.items():
        policy = parse(row["Document"], needs=("Resource",), bars=("Principal",))
        assert not policy.elsewhere, name
        assert parse(printed(policy)) == policy, name


def test_what_others_wrote_reads_prints_and_reads_the_same() -> None:
    corpus = SHARED / "data" / "quacky-policies"
    if not corpus.exists():
        pytest.skip("the policy corpus is not beside the checkout")
    refused = []
    for path in sorted(corpus.rglob("*.json")):
        try:
            policy = parse(path.read_bytes())
        except PolicyError as error:
            refused.append(str(error))
            continue
        assert parse(printed(policy)) == meant(policy), path
    # IAM's grammar has no list there: these three are refused by AWS as well.
    assert refused == [
        f'Statement[0].{element}: neither "*" nor an object (policy)'
        for element in ("NotPrincipal", "Principal", "Principal")
    ]


@given(POLICIES)
@settings(max_examples=200, deadline=None)
def test_a_made_up_policy_reads_prints_and_reads_the_same(policy: Any) -> None:
    read = parse(policy)
    assert parse(printed(read)) == read
    assert document(parse(document(read))) == document(read)


def test_one_form_for_all() -> None:
    loose = {
        "Statement": {
            "Sid": "",
            "Effect": "Allow",
            "Principal": {"AWS": ["*"], "Service": []},
            "Action": ["s3:GetObject"],
            "NotResource": [],
            "Condition": {"Bool": {"aws:SecureTransport": True}, "Null": {}},
        }
    }
    assert document(parse(loose)) == {
        "Version": "2008-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "NotResource": [],
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            }
        ],
    }
    assert document(parse({"Id": "a", "Statement": []})) == {"Version": "2008-10-17", "Id": "a", "Statement": []}
