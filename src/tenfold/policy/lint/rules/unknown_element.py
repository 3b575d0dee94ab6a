"""An element that IAM does not have."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-037", Severity.HIGH)
def unknown_element(asked: Subject) -> Iterator[Remark]:
    """Element that IAM does not have.

    Why: IAM refuses the policy; where a tool drops the element, what it should have said is lost.
    Fix: take it away; a note belongs into Sid or Id.
    """
    for place in asked.policy.elsewhere:
        yield Remark(place, "is not an element of the policy language")
