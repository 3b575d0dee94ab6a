"""A private address as source."""

from collections.abc import Iterator

from tenfold.model.finding import Severity
from tenfold.policy.conditions import network
from tenfold.policy.lint.registry import Remark, rule
from tenfold.policy.lint.subject import Subject

# The blocks from which nothing reaches AWS's public endpoints: RFC 1918, 6598, 3927, 4193, and loopback.
_PRIVATE = tuple(
    block
    for block in map(
        network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7"),
    )
    if block
)


@rule("policy-033", Severity.MEDIUM)
def private_source_ip(asked: Subject) -> Iterator[Remark]:
    """aws:SourceIp with a private address.

    Why: AWS sees the public address of a caller; calls from a VPC endpoint carry aws:VpcSourceIp instead.
    Fix: use the address behind which you appear, or aws:VpcSourceIp together with aws:SourceVpc.
    """
    for one in asked.statements:
        for test in asked.tested(one):
            for index, value in enumerate(test.values if test.key == "aws:sourceip" else ()):
                if _is_private(value):
                    yield Remark(test.value_at(index), f"no request has a source in {value}")


def _is_private(value: str) -> bool:
    block = network(value)
    if block is None:
        return False
    first, last = block.network_address, block.broadcast_address
    return any(first in one and last in one for one in _PRIVATE if one.version == block.version)
