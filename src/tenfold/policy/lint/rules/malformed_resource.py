"""A resource that is no ARN."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

_COLONS = 5
_RELATIVE = "execute-api:/"
"""API Gateway's short form: it puts the ARN of the API before it."""


@rule("policy-044", Severity.HIGH)
def malformed_resource(asked: Subject) -> Iterator[Remark]:
    """Resource that is neither an ARN nor a star.

    Why: IAM refuses the policy.
    Fix: write the whole ARN, for a bucket arn:PARTITION:s3:::NAME.
    """
    for one in asked.statements:
        for element in ("Resource", "NotResource"):
            for text, at in asked.entries(one, element):
                if not _is_arn(text):
                    yield Remark(at, f"{text} is not an ARN")


def _is_arn(text: str) -> bool:
    if text.startswith(("*", "${", _RELATIVE)):
        return True
    return text.startswith("arn:") and (text.count(":") >= _COLONS or text.endswith("*"))
