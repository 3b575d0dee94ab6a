"""A policy variable in the old version of the language."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject
from tenfold.policy.match import pattern
from tenfold.policy.parse import VERSIONS


@rule("policy-024", Severity.MEDIUM)
def variable_in_old_version(asked: Subject) -> Iterator[Remark]:
    """Policy variable in a policy of the old version.

    Why: before version 2012-10-17 a dollar sign and braces are plain characters: the statement matches nothing.
    Fix: write "Version": "2012-10-17".
    """
    if asked.policy.variables:
        return
    for one in asked.statements:
        for element in ("Resource", "NotResource"):
            for text, at in asked.entries(one, element):
                if _names_some(text):
                    yield Remark(at, f"{text} is taken literally in version {VERSIONS[0]}")
        for test in asked.tested(one):
            for index, value in enumerate(test.values):
                if _names_some(value):
                    yield Remark(test.value_at(index), f"{value} is taken literally in version {VERSIONS[0]}")


def _names_some(text: str) -> bool:
    """Whether there is a variable or an escape in it."""
    return "${" in text and pattern(text, variables=True) != pattern(text, variables=False)
