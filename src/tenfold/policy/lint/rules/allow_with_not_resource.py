"""Allow with NotResource."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-004", Severity.MEDIUM)
def allow_with_not_resource(asked: Subject) -> Iterator[Remark]:
    """Allow with NotResource allows every resource it does not name.

    Why: resources that are made later are in it, of other accounts too.
    Fix: name in Resource what is meant, and deny the exceptions.
    """
    for one in asked.allows:
        if one.not_resources is not None:
            named = ", ".join(one.not_resources[:3]) or "none"
            yield Remark(asked.place(one, "NotResource"), f"allows every resource but {named}")
