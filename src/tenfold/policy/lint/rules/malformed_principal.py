"""A principal that cannot be one."""

import re
from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.callers_table import SERVICE_SUFFIXES
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.principals import Who, account_of, aws_party

_CANONICAL = re.compile(r"[0-9a-f]{64}")
_OF_CLOUDFRONT = ":iam::cloudfront:"


@rule("policy-046", Severity.HIGH)
def malformed_principal(asked: Subject) -> Iterator[Remark]:
    """Principal that cannot be one.

    Why: IAM refuses it: groups are no principals, an account has twelve digits, a service a domain name.
    Fix: name the account, user or role by its ARN.
    """
    for one in asked.statements:
        for element, named in (("Principal", one.principals), ("NotPrincipal", one.not_principals)):
            for index, name in enumerate(named.aws if named else ()):
                reason = _wrong(name)
                if reason:
                    yield Remark(asked.place(one, element, "AWS", index=index), f"{name} {reason}")
            for index, name in enumerate(named.service if named else ()):
                if not name.endswith(SERVICE_SUFFIXES) and "*" not in name:
                    yield Remark(asked.place(one, element, "Service", index=index), f"{name} is no name of a service")


def _wrong(name: str) -> str:
    if "*" in name or "${" in name or _CANONICAL.fullmatch(name) or _OF_CLOUDFRONT in name:
        return ""
    party = aws_party(name)
    if party.who in (Who.ACCOUNT, Who.NOBODY):
        return ""
    if ":group/" in name:
        return "is a group, and groups are no principals"
    return "" if account_of(name) else "is neither an account of twelve digits nor an ARN with one"
