"""Allow with NotPrincipal."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-001", Severity.HIGH)
def allow_with_not_principal(asked: Subject) -> Iterator[Remark]:
    """Allow with NotPrincipal lets in everyone it does not name.

    Why: the complement of a list of principals is the rest of the world, callers without credentials among them.
    Fix: name in Principal who may, or deny with NotPrincipal's job done by a condition on aws:PrincipalArn.
    """
    for one in asked.allows:
        if one.not_principals is not None:
            yield Remark(asked.place(one, "NotPrincipal"), "everyone but those named here is allowed, anonymous too")
