"""A service that AWS does not have."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.spelling import meant
from tenfold.policy.lint.subject import Subject


@rule("policy-017", Severity.LOW)
def unknown_service(asked: Subject) -> Iterator[Remark]:
    """Service that AWS does not have.

    Why: its actions allow or deny nothing, unless the service is newer than the reference.
    Fix: correct the prefix before the colon.
    """
    if not asked.actions:
        return
    for one in asked.statements:
        for element in ("Action", "NotAction"):
            for text, at in asked.entries(one, element):
                prefix, colon, _ = text.partition(":")
                if colon and not set("*?") & set(prefix) and asked.actions.service(prefix) is None:
                    yield _unknown(asked, prefix, at)


def _unknown(asked: Subject, prefix: str, at: str) -> Remark:
    guess = meant(prefix, asked.actions.services)
    if guess:
        return Remark(at, f"service {prefix} is unknown: is {guess} meant?", Severity.MEDIUM)
    return Remark(at, f"service {prefix} is unknown to the reference: it may be new, retired or misspelt")
