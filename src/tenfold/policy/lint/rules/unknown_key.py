"""A condition key that AWS does not have."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.spelling import meant
from tenfold.policy.lint.subject import Subject, Tested


@rule("policy-015", Severity.MEDIUM)
def unknown_key(asked: Subject) -> Iterator[Remark]:
    """Condition key that AWS does not have.

    Why: a key that no request carries is missing every time: an Allow never applies, a negated Deny always does.
    Fix: correct its spelling; the service authorization reference lists the keys.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            prefix, colon, _ = test.key.partition(":")
            if not colon:
                yield Remark(test.at, f"{test.condition.key} has no service before a colon")
            elif (prefix == "aws" or asked.actions.service(prefix)) and asked.actions.key(test.key) is None:
                yield _unknown(asked, test, prefix)
            elif asked.actions and not _has_keys(asked, prefix):
                yield Remark(test.at, f"there is no service {prefix} to have {test.condition.key}", Severity.LOW)


def _has_keys(asked: Subject, prefix: str) -> bool:
    """Whether keys begin so: services, and identity providers by their domain."""
    return prefix in ("aws", "saml") or "." in prefix or asked.actions.service(prefix) is not None


def _unknown(asked: Subject, test: Tested, prefix: str) -> Remark:
    guess = meant(test.key, asked.actions.keys_of(prefix))
    said = f": is {guess} meant?" if guess else " to the reference: it may be new, retired or misspelt"
    return Remark(test.at, f"{test.condition.key} is unknown{said}", None if guess else Severity.LOW)
