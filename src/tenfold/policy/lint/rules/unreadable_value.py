"""A value that its operator cannot read."""

import base64
import binascii
from collections.abc import Callable, Iterator

from tenfold.model.finding import Severity
from tenfold.policy.conditions import moment, network, number
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-032", Severity.MEDIUM)
def unreadable_value(asked: Subject) -> Iterator[Remark]:
    """Value that its operator cannot read.

    Why: IAM refuses it, or the condition never holds.
    Fix: write dates as 2026-01-31T00:00:00Z, Booleans as true or false, addresses as CIDR blocks.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            reads, what = _READ.get(test.family, (_anything, ""))
            for index, value in enumerate(test.values):
                if "${" not in value and not reads(value):
                    yield Remark(test.value_at(index), f"{value!r} is not {what}")


def _anything(_value: str) -> bool:
    return True


def _boolean(value: str) -> bool:
    return value.lower() in ("true", "false")


def _binary(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_READ: dict[str, tuple[Callable[[str], object], str]] = {
    "numeric": (lambda value: number(value) is not None, "a number"),
    "date": (moment, "a date"),
    "bool": (_boolean, "true or false"),
    "null": (_boolean, "true or false"),
    "address": (network, "an address or a block of addresses"),
    "binary": (_binary, "Base64"),
}
