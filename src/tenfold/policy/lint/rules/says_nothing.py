"""Empty lists."""

from collections.abc import Iterator, Mapping

from tenfold.model.finding import Severity
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

_ELEMENTS = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")


@rule("policy-026", Severity.MEDIUM)
def says_nothing(asked: Subject) -> Iterator[Remark]:
    """Empty list, or no statement at all.

    Why: an empty list matches nothing (as NotAction everything), and AWS refuses most of them.
    Fix: fill it, or take the element away.
    """
    if not asked.statements:
        yield Remark("Statement", "there is no statement")
    for one in asked.statements:
        row = asked.row(one)
        for element in _ELEMENTS:
            value = row.get(element)
            inside = value.items() if isinstance(value, Mapping) else ()
            yield from (
                Remark(asked.place(one, element, kind), "is empty") for kind, some in inside if some in ([], "")
            )
            if value in ([], ""):
                yield Remark(asked.place(one, element), "is empty")
        yield from (Remark(test.at, "has no values") for test in asked.tested(one) if not test.values)
