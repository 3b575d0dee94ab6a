"""Policies that others wrote, linted: none stops it, and the rules cry seldom at those that AWS wrote itself."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from moto.iam.aws_managed_policies import aws_managed_policies_data
from tests.policy.generated import POLICIES

from tenfold.model.finding import Severity
from tenfold.policy.actions import ActionIndex
from tenfold.policy.describe import described
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.run import Oddity, lint, refused, subject
from tenfold.policy.parse import PolicyError

SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[3] / "shared"))
CORPUS = SHARED / "data" / "quacky-policies"
NAMES = {"unknown_action", "unknown_service", "no_resource_level"}
"""Rules by which AWS's policies are newer than the reference, or name a resource where only a star counts."""


def test_all_policies_that_aws_manages(actions: ActionIndex) -> None:
    documents = {name: one["Document"] for name, one in json.loads(aws_managed_policies_data).items()}
    found = {name: lint(subject(one, actions)) for name, one in documents.items()}
    assert len(found) > 1_500
    worst = {name for name, oddities in found.items() if any(one.severity >= Severity.HIGH for one in oddities)}
    assert len(worst) <= 25
    rules = Counter(rule for ones in found.values() for rule in {one.name for one in ones} - NAMES)
    assert all(count <= len(found) * 0.07 for count in rules.values()), rules
    assert {one.name for one in found["AdministratorAccess"]} == {"allows_every_action"}
    assert {one.name for one in found["PowerUserAccess"]} == {"allow_with_not_action"}


def test_all_policies_of_the_corpus(actions: ActionIndex) -> None:
    if not CORPUS.exists():
        pytest.skip("the policy corpus is not beside the checkout")
    files = sorted(CORPUS.rglob("*.json"))
    found = [linted(path.read_text(), actions) for path in files]
    assert len(files) > 700
    assert sum(one[:1] == ["refused"] for one in found) == 3


@settings(max_examples=150, deadline=None)
@given(POLICIES)
def test_nothing_stops_it(actions: ActionIndex, policy: dict[str, object]) -> None:
    for kind in (None, Kind.TRUST, Kind.SCP, Kind.ENDPOINT):
        try:
            asked = subject(policy, actions, kind)
        except PolicyError:
            return
        places = [one.at for one in lint(asked)]
        assert all(
            place.startswith(("Statement", "Version")) or place in ("", *asked.policy.unknown) for place in places
        )
        assert all(described(one, asked.policy, asked.kind, actions).verb for one in asked.statements)


def linted(text: str, actions: ActionIndex) -> list[str]:
    try:
        found: list[Oddity] = lint(subject(text, actions))
    except PolicyError as error:
        found = [refused(error)]
    return [one.name for one in found]
