"""A fence that the caller opens himself."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

_OWN = frozenset({"aws:referer", "aws:useragent"})


@rule("policy-030", Severity.MEDIUM)
def callers_own_word(asked: Subject) -> Iterator[Remark]:
    """Fence on a header that the caller sets as he likes.

    Why: aws:Referer and aws:UserAgent are whatever the caller writes: anybody who knows the value passes.
    Fix: use who calls (aws:PrincipalOrgID) or from where (aws:SourceVpce); for websites, an origin access control.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            if test.key in _OWN and one.allows != test.negated:
                anyone = one.allows and one.principals is not None and one.principals.everyone
                message = f"{test.condition.key} is the caller's own word, and keeps nobody out"
                yield Remark(test.at, message, Severity.HIGH if anyone else None)
