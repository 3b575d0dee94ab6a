"""IfExists on Allow."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.keys_table import ALWAYS, FENCES
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-028", Severity.MEDIUM)
def if_exists_on_allow(asked: Subject) -> Iterator[Remark]:
    """IfExists on an Allow passes requests without the key.

    Why: a fence that is open whenever the key is missing keeps out nobody who comes without it.
    Fix: drop IfExists, or add a Null condition with false for the same key.
    """
    for one in asked.allows if asked.kind.grants else ():
        for test in asked.tested(one):
            loose = test.found is not None and test.found.if_exists and not test.quantifier
            if loose and test.key not in asked.demanded(one) | ALWAYS:
                level = None if test.key in FENCES else Severity.INFO
                yield Remark(test.at, f"a request without {test.condition.key} passes this condition", level)
