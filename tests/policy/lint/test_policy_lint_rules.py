"""Every rule against its cases: tests/policy/lint/<rule>.json holds them as data.

A case gives a policy (and its kind, where its looks do not tell); it expects the places that the rule remarks on, in
the order of the document, and, where said, a part of the first message and the severity.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tenfold.model.finding import Severity
from tenfold.policy.actions import ActionIndex
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, Rule, all_rules
from tenfold.policy.lint.run import FAILED, lint, subject
from tenfold.policy.lint.subject import Subject

HERE = Path(__file__).parent
Case = dict[str, Any]


def load(rule: Rule) -> list[Case]:
    found: list[Case] = json.loads((HERE / f"{rule.name}.json").read_text())
    return found


CASES = [(rule, case) for rule in all_rules() for case in load(rule)]


@pytest.mark.parametrize(("rule", "case"), CASES, ids=lambda v: v.name if isinstance(v, Rule) else v["name"])
def test_case(rule: Rule, case: Case, actions: ActionIndex) -> None:
    kind = Kind(case["kind"]) if "kind" in case else None
    found = lint(subject(case["policy"], actions, kind), [rule])
    assert [one.at for one in found] == case["expect"]
    if "says" in case:
        assert case["says"] in found[0].message
    if "severity" in case:
        assert {one.severity.label for one in found} == {case["severity"]}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda r: r.name)
def test_a_rule_has_a_finding_and_a_quiet_case(rule: Rule) -> None:
    found = load(rule)
    assert any(case["expect"] for case in found), "no finding case"
    assert any(not case["expect"] for case in found), "no quiet case"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda r: r.name)
def test_a_rule_documents_itself(rule: Rule) -> None:
    assert rule.title
    assert rule.why
    assert rule.fix


def test_a_rule_that_fails_stops_no_other(actions: ActionIndex) -> None:
    def fails(_asked: Subject) -> Iterator[Remark]:
        yield Remark("Statement[0]", "said before")
        raise KeyError("x")

    broken = Rule("policy-999", Severity.HIGH, "fails", "Title", "Why", "Fix", fails)
    policy = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    found = lint(subject(policy, actions), [broken, *all_rules()])
    assert [one.name for one in found] == ["no_version", FAILED]
    assert "policy-999 could not be asked: KeyError" in found[1].message


def test_long_texts_take_no_long_time(actions: ActionIndex) -> None:
    long = "arn:aws:s3:::" + "*a" * 50_000
    rows = [{"Effect": "Allow", "Action": ["s3:*", "iam:*"], "Resource": [long, long + "b"]}] * 3
    assert lint(subject({"Version": "2012-10-17", "Statement": rows}, actions))


def test_ids_are_unique_and_every_file_of_cases_has_its_rule() -> None:
    rules = all_rules()
    assert len({rule.id for rule in rules}) == len(rules) == len({rule.name for rule in rules})
    assert {path.stem for path in HERE.glob("*.json")} == {rule.name for rule in rules}
