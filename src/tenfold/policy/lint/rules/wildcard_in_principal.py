"""A wildcard inside the name of a principal."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import Principals

_KINDS = (("AWS", "aws"), ("Service", "service"), ("Federated", "federated"), ("CanonicalUser", "canonical"))


@rule("policy-013", Severity.HIGH)
def wildcard_in_principal(asked: Subject) -> Iterator[Remark]:
    """Wildcard inside the name of a principal.

    Why: only a star alone stands for everyone; within a name IAM refuses it, and it would match nobody.
    Fix: name the account, and limit aws:PrincipalArn by ArnLike in a condition.
    """
    for one in asked.statements:
        for element, named in (("Principal", one.principals), ("NotPrincipal", one.not_principals)):
            for kind, index, name in _wild(named):
                at = asked.place(one, element, kind, index=index)
                yield Remark(at, f"{name}: no part of a principal can be a wildcard")


def _wild(named: Principals | None) -> Iterator[tuple[str, int, str]]:
    for kind, field in _KINDS if named else ():
        for index, name in enumerate(getattr(named, field)):
            if "*" in name or "?" in name:
                yield kind, index, name
