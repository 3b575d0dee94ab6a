"""A block of addresses with bits that do not count."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.conditions import network
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject


@rule("policy-031", Severity.LOW)
def host_bits(asked: Subject) -> Iterator[Remark]:
    """Block of addresses with bits set that do not count.

    Why: 203.0.113.77/16 is all of 203.0.0.0/16: more than the address that stands there.
    Fix: write the block's first address, or /32 (IPv6: /128) for the one.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            for index, value in enumerate(test.values if test.family == "address" else ()):
                block = network(value)
                plain = value.partition("/")[0].strip()
                if block is not None and "/" in value and network(plain) != network(str(block.network_address)):
                    yield Remark(test.value_at(index), f"{value} is {block}, {block.num_addresses:,} addresses")
