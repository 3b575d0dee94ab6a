"""ForAnyValue on Deny."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.keys_table import FENCES
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-008", Severity.MEDIUM)
def for_any_value_on_deny(asked: Subject) -> Iterator[Remark]:
    """ForAnyValue on a Deny spares requests without the key.

    Why: of no values none is a match, so a request that does not carry the key is not denied.
    Fix: with a negated operator use ForAllValues, or deny Null true for the same key in a second statement.
    """
    for one in asked.denies:
        for test in asked.tested(one):
            if (
                test.quantifier == "ForAnyValue"
                and (test.negated or test.key in FENCES)
                and not _closed(asked, test.key)
            ):
                level = None if test.negated else Severity.LOW
                yield Remark(test.at, f"a request without {test.condition.key} is not denied", level)


def _closed(asked: Subject, key: str) -> bool:
    """Whether some Deny is for requests without the key."""
    tests = (test for one in asked.denies for test in asked.tested(one))
    return any(test.key == key and test.family == "null" and "true" in test.values for test in tests)
