"""A Sid that stands twice."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-027", Severity.MEDIUM)
def duplicate_sid(asked: Subject) -> Iterator[Remark]:
    """Sid that stands twice.

    Why: IAM refuses a policy whose Sids are not unique, and whoever reads logs cannot tell the statements apart.
    Fix: give each statement a Sid of its own, or none.
    """
    seen: dict[str, int] = {}
    for one in asked.statements:
        if one.sid and one.sid in seen:
            yield Remark(asked.place(one, "Sid"), f"{one.sid} is the Sid of Statement[{seen[one.sid]}] as well")
        seen.setdefault(one.sid, one.index)
