"""Deny with NotPrincipal that leaves out a form of whom it means to spare."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import Statement
from tenfold.policy.principals import Who, account_of, aws_party

_ROLE, _SESSION = ":role/", ":assumed-role/"


@rule("policy-002", Severity.MEDIUM)
def deny_with_not_principal(asked: Subject) -> Iterator[Remark]:
    """Deny with NotPrincipal misses a form of the principal it means to spare.

    Why: a caller is spared only when all his names are listed: the account, the role, and the role's session.
    Fix: deny everyone, with ArnNotLike on aws:PrincipalArn for whom to spare.
    """
    for one in asked.denies:
        if one.not_principals is not None and not one.not_principals.everyone:
            yield from _missing(asked, one, one.not_principals.aws)


def _missing(asked: Subject, statement: Statement, names: tuple[str, ...]) -> Iterator[Remark]:
    accounts = {party.account for party in map(aws_party, names) if party.who is Who.ACCOUNT}
    for index, name in enumerate(names):
        at = asked.place(statement, "NotPrincipal", "AWS", index=index)
        account = account_of(name)
        if account and account not in accounts:
            yield Remark(at, f"{name} is denied all the same: its account {account} is not listed beside it")
        elif _ROLE in name and not any(_is_session_of(name, other) for other in names):
            yield Remark(at, f"sessions of {name} are denied all the same: no session ARN is listed beside it")
        elif _SESSION in name and not any(_is_session_of(other, name) for other in names):
            yield Remark(at, f"{name} is denied all the same: the ARN of its role is not listed beside it")


def _is_session_of(role: str, session: str) -> bool:
    """Whether a session's ARN is of a role; the role's path is not in it."""
    name = role.rpartition("/")[2]
    return _ROLE in role and account_of(role) == account_of(session) and f"{_SESSION}{name}/" in session
