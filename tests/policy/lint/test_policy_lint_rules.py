"""Every rule against its cases: tests/policy/lint/<rule>.json holds them as data.

A case gives a policy (and its kind, where its looks do not tell); it expects the places that the rule remarks on, in
the order of the document, and, where said, a part of the first message and the severity.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.policy.actions import ActionIndex
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Rule, all_rules
from tenfold.policy.lint.run import lint, subject

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


def test_ids_are_unique_and_every_file_of_cases_has_its_rule() -> None:
    rules = all_rules()
    assert len({rule.id for rule in rules}) == len(rules) == len({rule.name for rule in rules})
    assert {path.stem for path in HERE.glob("*.json")} == {rule.name for rule in rules}
