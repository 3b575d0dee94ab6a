"""A key with several values, without a set operator."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-010", Severity.MEDIUM)
def several_values_without_set_operator(asked: Subject) -> Iterator[Remark]:
    """Key with several values, tested without a set operator.

    Why: AWS leaves open what comes out when a request carries more than one value.
    Fix: write ForAnyValue: or ForAllValues: before the operator.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            plain = test.found is not None and not test.quantifier and test.family != "null"
            known = asked.actions.key(test.key) if plain else None
            if known is not None and known.many:
                yield Remark(test.at, f"{known.name} can have several values: say ForAnyValue or ForAllValues")
