"""A policy that is longer than AWS takes."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.limits import LIMITS, excess
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-021", Severity.HIGH)
def too_long(asked: Subject) -> Iterator[Remark]:
    """Policy longer than AWS takes.

    Why: AWS refuses to save it.
    Fix: merge statements, use wildcards where they say the same, or split it into several policies.
    """
    if not asked.kind.limit:
        return
    over = excess(asked.kind.limit, asked.text)
    if over:
        most, spaces = LIMITS[asked.kind.limit]
        unit = "bytes" if spaces else "characters beside white space"
        guessed = asked.kind is Kind.IDENTITY
        message = f"{over:,} more than the {most:,} {unit} of a {asked.kind.limit}"
        yield Remark("", message, Severity.LOW if guessed else None)
