"""A bucket policy about another bucket."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.kinds import Kind
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-041", Severity.MEDIUM)
def two_buckets(asked: Subject) -> Iterator[Remark]:
    """Bucket policy about more than its own bucket.

    Why: a bucket policy may be about its own bucket only; S3 refuses others.
    Fix: give each bucket its own policy.
    """
    if asked.kind is not Kind.BUCKET:
        return
    first = ""
    for one in asked.statements:
        for element in ("Resource", "NotResource"):
            for text, at in asked.entries(one, element):
                name = _bucket(text)
                first = first or name
                if name and name != first:
                    yield Remark(at, f"{name} is another bucket than {first}")
                elif text == "*":
                    yield Remark(at, "S3 takes the bucket's own ARN and those of its objects, no star alone")


def _bucket(text: str) -> str:
    """The name of the bucket in an ARN, empty when there is none or it is a pattern."""
    service, _, rest = text.partition(":::")
    name = rest.partition("/")[0]
    return name if service.endswith(":s3") and not set("*?$") & set(name) else ""
