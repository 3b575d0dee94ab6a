"""A policy without Version."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import VERSIONS


@rule("policy-025", Severity.LOW)
def no_version(asked: Subject) -> Iterator[Remark]:
    """Policy without Version, or of the old one.

    Why: without it AWS reads the language of 2008, which has no policy variables.
    Fix: write "Version": "2012-10-17".
    """
    if "Version" not in asked.document:
        yield Remark("", f"no Version: AWS takes {VERSIONS[0]}")
    elif not asked.policy.variables:
        yield Remark("Version", f"{VERSIONS[0]} is the old version of the language", Severity.INFO)
