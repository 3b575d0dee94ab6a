from collections.abc import Iterator
from typing import NamedTuple

from tenfold.detections.record import at, first_text, many, within
from tenfold.detections.registry import Hit, detection
from tenfold.model.event import Event
from tenfold.model.finding import Severity
from tenfold.model.resource import Json
from tenfold.policy.conditions import network

_WIDEST = {4: 8, 6: 32}  # the widest blocks that AWS does not call public
_PING = frozenset({"icmp", "icmpv6", "1", "58"})
_WEB = frozenset({80, 443})
_LAST_PORT = 65535
# Ports that give a shell, a desktop, a database or a cluster: none is meant for strangers.
_GUARDED = (
    20, 21, 22, 23, 135, 139, 445, 1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 5432, 5601, 5900, 5985, 5986, 6379,
    6443, 9092, 9200, 10250, 11211, 27017,
)  # fmt: skip


class Opening(NamedTuple):
    """One block of addresses that one range of ports was opened to."""

    protocol: str
    first: int
    last: int
    source: str

    def __str__(self) -> str:
        protocol = "any protocol" if self.protocol == "-1" else self.protocol
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"port {ports} ({protocol}) to {self.source}"


@detection(
    "cloudtrail",
    id="ct-008",
    severity=Severity.HIGH,
    technique="T1562.007",
    events=("ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"),
    shows=("requestParameters",),
)
def security_group_opened_to_world(event: Event) -> Hit | None:
    """Security group was opened to the world.

    Why: every machine in the group can be tried by everybody, within minutes.
    Fix: take the rule back; let people in through Session Manager or from the addresses they have.

    The world is a block wider than /8 (IPv6: /32), so that two halves count as the whole. High when a port of a
    shell, desktop, database or cluster is among those opened, else medium. TCP and UDP 80 and 443 alone, and ICMP,
    stay quiet: the web is for the world.
    """
    wide = [opening for opening in _openings(event) if _is_wide(opening.source) and not _is_meant(opening)]
    if not wide:
        return None
    worst = next(filter(_is_guarded, wide), wide[0])
    group = _group(event)
    severity = None if _is_guarded(worst) else Severity.MEDIUM
    return Hit(f"security group {group} opened {worst}", about=group, severity=severity)


def _group(event: Event) -> str:
    names = ("groupId", "groupName", "ModifySecurityGroupRulesRequest.GroupId")
    return first_text(event, *(f"requestParameters.{name}" for name in names))


def _openings(event: Event) -> Iterator[Opening]:
    """Rules in the three forms of records: flat, nested, and that of EC2's newer calls."""
    flat = at(event, "requestParameters")
    yield from _rule(flat, "ipProtocol", "fromPort", "toPort", [within(flat, "cidrIp"), within(flat, "cidrIpv6")])
    for rule in many(within(flat, "ipPermissions")):
        sources = [within(one, "cidrIp") for one in many(within(rule, "ipRanges"))]
        sources += [within(one, "cidrIpv6") for one in many(within(rule, "ipv6Ranges"))]
        yield from _rule(rule, "ipProtocol", "fromPort", "toPort", sources)
    for change in many(within(flat, "ModifySecurityGroupRulesRequest.SecurityGroupRule")):
        rule = within(change, "SecurityGroupRule")
        sources = [within(rule, "CidrIpv4"), within(rule, "CidrIpv6")]
        yield from _rule(rule, "IpProtocol", "FromPort", "ToPort", sources)


def _rule(rule: Json, protocol: str, first: str, last: str, sources: list[Json]) -> Iterator[Opening]:
    kind = str(within(rule, protocol))
    low, high = _port(within(rule, first)), _port(within(rule, last))
    if kind == "-1" or low is None or high is None or low < 0:  # all protocols, or those that have no ports
        low, high = 0, _LAST_PORT
    yield from (Opening(kind, low, high, source) for source in sources if isinstance(source, str))


def _port(value: Json) -> int | None:
    text = str(value)
    return int(text) if text.removeprefix("-").isdecimal() and len(text) <= len("65535") else None


def _is_wide(source: str) -> bool:
    block = network(source)
    return block is not None and block.prefixlen < _WIDEST[block.version]


def _is_meant(opening: Opening) -> bool:
    return opening.protocol in _PING or (opening.first == opening.last and opening.first in _WEB)


def _is_guarded(opening: Opening) -> bool:
    return any(opening.first <= port <= opening.last for port in _GUARDED)
