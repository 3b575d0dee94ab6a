"""A web identity provider let in without saying which of its identities."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject, Tested
from tenfold.policy.parse import Statement

_PROVIDER = ":oidc-provider/"
_SAML = ":saml-provider/"


@rule("policy-040", Severity.HIGH)
def open_web_identity(asked: Subject) -> Iterator[Remark]:
    """Web identity provider let in without saying which of its identities.

    Why: whoever has an account at the provider gets a token that the trust takes: any repository, any pod.
    Fix: demand the provider's sub (and aud) in a condition, with the organisation and repository spelt out.
    """
    for one in asked.allows:
        for index, name in enumerate(one.principals.federated if one.principals else ()):
            message, level = _open(asked, one, name)
            if message:
                yield Remark(asked.place(one, "Principal", "Federated", index=index), message, level)


def _open(asked: Subject, statement: Statement, name: str) -> tuple[str, Severity | None]:
    """Why the grant is open, empty when it is not."""
    if _SAML in name:
        return "", None
    host = name.partition(_PROVIDER)[2] or name
    mine = [test for test in asked.tested(statement) if test.key.startswith(f"{host.lower()}:") and test.demands]
    if not mine:
        return f"any identity of {host} gets in: no condition names one", None
    subjects = [test for test in mine if test.key.endswith(":sub")]
    if any(_loose(value) for test in subjects for value in test.values) and not _others(mine):
        return f"a wildcard stands for the whole subject: any identity of {host} gets in", None
    if _PROVIDER in name and not subjects and not _others(mine):
        return (
            f"only the audience is asked for, not the subject: any identity of {host} with it gets in",
            Severity.MEDIUM,
        )
    return "", None


def _loose(value: str) -> bool:
    """Whether a subject is open at its telling part: all of it, or the owner behind repo:."""
    inside = value.partition(":")[2].partition("/")[0] if value.startswith("repo:") else value
    return set(inside) <= {"*", "?"}


def _others(tests: list[Tested]) -> list[Tested]:
    """Conditions on other claims than subject and audience."""
    return [test for test in tests if not test.key.endswith((":sub", ":aud")) and not test.negated]
