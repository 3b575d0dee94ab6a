"""A Deny without MFA that spares access keys."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject, Tested

_PRESENT, _AGE = "aws:multifactorauthpresent", "aws:multifactorauthage"


@rule("policy-042", Severity.MEDIUM)
def mfa_deny_spares_keys(asked: Subject) -> Iterator[Remark]:
    """Deny of callers without MFA that spares access keys.

    Why: requests signed with long-term keys carry no MFA key at all, so a condition that needs it does not hold.
    Fix: use BoolIfExists (NumericGreaterThanIfExists), or deny Null true as well.
    """
    for one in asked.denies:
        for test in asked.tested(one):
            if _asks_for_mfa(test) and test.demands and not _denied_without(asked, test.key):
                yield Remark(test.at, f"callers with long-term keys carry no {test.condition.key} and are not denied")


def _asks_for_mfa(test: Tested) -> bool:
    if test.key == _PRESENT and test.family == "bool":
        return {value.lower() for value in test.values} == {"false"}
    return test.key == _AGE and test.family == "numeric"


def _denied_without(asked: Subject, key: str) -> bool:
    tests = (test for one in asked.denies for test in asked.tested(one))
    return any(test.key == key and test.family == "null" and "true" in test.values for test in tests)
