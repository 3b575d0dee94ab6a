"""A wildcard where none works."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject, Tested

_STAR, _ONE = "*", "?"


@rule("policy-011", Severity.MEDIUM)
def wildcard_in_string_equals(asked: Subject) -> Iterator[Remark]:
    """Wildcard in the value of an operator that takes it literally.

    Why: StringEquals compares with the star itself, so nothing matches; negated, everything does.
    Fix: use StringLike or StringNotLike, or ArnLike for ARNs.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            if test.family == "string" and test.found and not test.found.wild:
                yield from _stars(test)


def _stars(test: Tested) -> Iterator[Remark]:
    for index, value in enumerate(test.values):
        if _STAR in value or (_ONE in value and ":" in value and "/" not in value):
            yield Remark(
                test.value_at(index), f"{test.condition.operator} takes the wildcard in {value} as a character"
            )
