"""An action that is allowed on everything or not at all, with a resource."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.match import fits


@rule("policy-020", Severity.MEDIUM)
def no_resource_level(asked: Subject) -> Iterator[Remark]:
    """Action without resource-level support, with a specific resource.

    Why: AWS asks for it on the resource *, so a statement that names any other never applies to it.
    Fix: give the action a statement of its own with Resource *.
    """
    for one in asked.statements:
        if not one.resources or any(fits(text, "*") for text in one.resources):
            continue
        level = Severity.LOW if one.allows else None
        for text, at in asked.entries(one, "Action"):
            known = asked.actions.expand(text)
            if known and not asked.actions.acts_on(text) and not _listing(text, one.resources):
                yield Remark(at, f"{text} knows no resources: this {one.effect} never applies to it", level)


def _listing(text: str, resources: tuple[str, ...]) -> bool:
    """S3 takes the ARN of all buckets for the list of buckets."""
    return text.lower().startswith("s3:") and any(one.endswith(":s3:::*") for one in resources)
