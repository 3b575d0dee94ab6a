"""A negated operator on Allow."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.keys_table import ALWAYS, FENCES
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-029", Severity.MEDIUM)
def negated_on_allow(asked: Subject) -> Iterator[Remark]:
    """Negated operator on an Allow passes requests without the key.

    Why: what is missing is not equal to anything: aws:SourceIp, for one, is missing when a VPC endpoint is used.
    Fix: allow what is meant by a positive operator, or deny the exceptions; or add Null false for the key.
    """
    for one in asked.allows if asked.kind.grants else ():
        for test in asked.tested(one):
            plain = test.negated and test.passes_missing and test.found and not test.found.if_exists
            if plain and not test.quantifier and test.key not in asked.demanded(one) | ALWAYS:
                level = None if test.key in FENCES else Severity.INFO
                yield Remark(test.at, f"a request without {test.condition.key} passes this condition", level)
