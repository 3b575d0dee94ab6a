"""An action that AWS does not have."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.breadth import any_action
from tenfold.policy.lint.calls_table import MEANT
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.spelling import meant
from tenfold.policy.lint.subject import Subject


@rule("policy-016", Severity.LOW)
def unknown_action(asked: Subject) -> Iterator[Remark]:
    """Action that AWS does not have.

    Why: it allows or denies nothing; a Deny with a typo in it protects nothing.
    Fix: correct its spelling, or take it out when the service has retired it.
    """
    for one in asked.statements:
        for element in ("Action", "NotAction"):
            for text, at in asked.entries(one, element):
                prefix, colon, _ = text.partition(":")
                if not colon and not any_action(text) and set(text) != {"*"}:
                    yield Remark(at, f"{text} has no service before a colon: IAM refuses it", Severity.HIGH)
                elif asked.actions.service(prefix) and not asked.actions.expand(text):
                    yield _unknown(asked, text, at)


def _unknown(asked: Subject, text: str, at: str) -> Remark:
    if "*" in text or "?" in text:
        return Remark(at, f"no known action fits {text}")
    every = asked.actions.expand(f"{text.partition(':')[0]}:*")
    guess = MEANT.get(text.lower()) or meant(text, every)
    if guess:
        return Remark(at, f"{text} is unknown: is {guess} meant?", Severity.MEDIUM)
    return Remark(at, f"{text} is unknown to the reference: it may be new, retired or misspelt")
