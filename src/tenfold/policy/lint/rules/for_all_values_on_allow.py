"""ForAllValues on Allow."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

_TAGS = "aws:tagkeys"


@rule("policy-007", Severity.MEDIUM)
def for_all_values_on_allow(asked: Subject) -> Iterator[Remark]:
    """ForAllValues on an Allow passes requests without the key.

    Why: of no values all are among those listed, so a request that does not carry the key is allowed.
    Fix: add a Null condition with false for the same key, or use ForAnyValue.
    """
    for one in asked.allows:
        for test in asked.tested(one):
            if test.quantifier == "ForAllValues" and test.key not in asked.demanded(one):
                harmless = test.key == _TAGS and any(key.startswith("aws:requesttag/") for key in asked.demanded(one))
                level = Severity.INFO if test.key == _TAGS else None
                if not harmless:
                    yield Remark(test.at, f"a request without {test.condition.key} passes this condition", level)
