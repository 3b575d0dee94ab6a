"""A condition that misses the form which a role's sessions have."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject, Tested
from tenfold.policy.parse import Statement


@rule("policy-023", Severity.MEDIUM)
def session_form(asked: Subject) -> Iterator[Remark]:
    """Condition or Deny that misses the form of a role's session.

    Why: aws:PrincipalArn holds the role's ARN and never the session's; aws:userid holds the role's id, a colon and
    the session's name.
    Fix: compare aws:PrincipalArn with the role's ARN; write aws:userid as AROAEXAMPLE:* with StringLike.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            yield from _of_test(one, test)
    for one in asked.denies:
        for index, name in enumerate(one.principals.aws if one.principals else ()):
            if ":assumed-role/" in name:
                at = asked.place(one, "Principal", "AWS", index=index)
                yield Remark(at, f"denies the one session {name}, not the role's others", Severity.LOW)


def _of_test(statement: Statement, test: Tested) -> Iterator[Remark]:
    for index, value in enumerate(test.values):
        at = test.value_at(index)
        if test.key == "aws:principalarn" and ":assumed-role/" in value:
            yield Remark(at, f"aws:PrincipalArn is never a session's ARN: {_outcome(statement, test)}")
        elif test.key == "aws:userid" and value.startswith("AROA") and not {":", "*"} & set(value):
            yield Remark(at, f"aws:userid of a role is {value}:session-name: {_outcome(statement, test)}")


def _outcome(statement: Statement, test: Tested) -> str:
    who = "nobody" if not test.negated else "everyone"
    return f"this {statement.effect} is for {who} by this value"
