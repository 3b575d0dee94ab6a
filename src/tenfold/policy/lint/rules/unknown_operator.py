"""A condition operator that IAM does not have."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.conditions import OPERATORS
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.spelling import meant
from tenfold.policy.lint.subject import Subject


@rule("policy-038", Severity.HIGH)
def unknown_operator(asked: Subject) -> Iterator[Remark]:
    """Condition operator that IAM does not have.

    Why: IAM refuses the policy; letter case counts in operators.
    Fix: correct its spelling.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            if test.found is None:
                name = test.condition.operator
                guess = meant(name.rpartition(":")[2].removesuffix("IfExists"), OPERATORS)
                yield Remark(test.at, f"{name} is no operator" + (f": is {guess} meant?" if guess else ""))
