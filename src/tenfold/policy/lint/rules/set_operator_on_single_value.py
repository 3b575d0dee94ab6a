"""A set operator on a key with one value."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-009", Severity.LOW)
def set_operator_on_single_value(asked: Subject) -> Iterator[Remark]:
    """Set operator on a key that has a single value.

    Why: it changes nothing but what happens when the key is missing, and there it is rarely what was meant.
    Fix: take ForAllValues or ForAnyValue away.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            known = asked.actions.key(test.key) if test.quantifier else None
            if known is not None and not known.many:
                message = (
                    f"{test.condition.key} has one value: {test.quantifier} only decides about requests without it"
                )
                opens = one.allows and test.quantifier == "ForAllValues"
                yield Remark(test.at, message, Severity.MEDIUM if opens else None)
