"""Security groups: whom their rules let in, and what they let out."""

from collections.abc import Callable
from typing import Any

from tenfold.sandbox.company.cases.case import Case, Variety
from tenfold.sandbox.company.cases.networks import ALL, ANYWHERE, ANYWHERE6, group_arn, make_group, rule
from tenfold.sandbox.company.cases.spot import Spot

_SSH, _RDP, _ANY_PORT = (22, 22), (3389, 3389), (0, 65535)
_HALVES = ("0.0.0.0/1", "128.0.0.0/1")
_OFFICE, _INSIDE = "198.51.100.0/24", "10.0.0.0/8"
_DATABASES = (3306, 5432, 6379, 9200, 27017)
Rules = Callable[[Spot], list[dict[str, Any]]]


def _group(why: str, rules: Rules, name: str = "app") -> Variety:
    return Variety(why, lambda spot: group_arn(spot, make_group(spot, rules(spot), name=name)))


def _prefix_list(spot: Spot, cidr: str) -> list[dict[str, str]]:
    made = spot.do(
        "ec2:CreateManagedPrefixList",
        PrefixListName=spot.name("callers"),
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": cidr}],
    )
    return [{"PrefixListId": made["PrefixList.PrefixListId"]}]


def _from_group(spot: Spot) -> list[dict[str, str]]:
    return [{"GroupId": make_group(spot, [], name="bastion")}]


WORLD_OPEN_SSH = Case(
    "network/world-open-ssh",
    "a security group on an interface lets the whole internet in on port 22 or 3389",
    (
        _group("SSH from everywhere", lambda _: [rule(*_SSH, ANYWHERE)]),
        _group("SSH from everywhere by IPv6", lambda _: [rule(*_SSH, ANYWHERE6)]),
        _group("SSH from either half of the addresses", lambda _: [rule(*_SSH, *_HALVES)]),
        _group("a range of ports with SSH in it, from everywhere", lambda _: [rule(20, 25, ANYWHERE)]),
        _group("remote desktop from everywhere", lambda _: [rule(*_RDP, ANYWHERE)]),
        _group("SSH from a narrow range, and from everywhere beside it", lambda _: [rule(*_SSH, _OFFICE, ANYWHERE)]),
        _group("SSH from a prefix list that holds all addresses", lambda spot: [
            rule(*_SSH, PrefixListIds=_prefix_list(spot, ANYWHERE))]),
    ),
    (
        _group("SSH from one network", lambda _: [rule(*_SSH, _OFFICE)]),
        _group("SSH from private addresses", lambda _: [rule(*_SSH, _INSIDE)]),
        _group("SSH from another group", lambda spot: [rule(*_SSH, UserIdGroupPairs=_from_group(spot))]),
        _group("SSH from a prefix list of one network", lambda spot: [
            rule(*_SSH, PrefixListIds=_prefix_list(spot, _OFFICE))]),
        _group("HTTPS from everywhere", lambda _: [rule(443, 443, ANYWHERE, ANYWHERE6)], name="web"),
        _group("UDP on port 22 from everywhere", lambda _: [rule(*_SSH, ANYWHERE, protocol="udp")]),
        _group("ports beside that of SSH, from everywhere", lambda _: [rule(23, 80, ANYWHERE)]),
    ),
)  # fmt: skip


def _database(port: int) -> Variety:
    return _group(f"port {port} from everywhere", lambda _: [rule(port, port, ANYWHERE)], name="db")


WORLD_OPEN_DATABASE = Case(
    "network/world-open-database",
    "a security group on an interface lets the whole internet in on the port of a database",
    tuple(_database(port) for port in _DATABASES),
    (
        _group("a database's port from private addresses", lambda _: [rule(5432, 5432, _INSIDE)], name="db"),
        _group("a database's port from another group", lambda spot: [
            rule(3306, 3306, UserIdGroupPairs=_from_group(spot))], name="db"),
        _group("a port of the web from everywhere", lambda _: [rule(8443, 8443, ANYWHERE)], name="db"),
    ),
)  # fmt: skip


def _wide(why: str, *rules: dict[str, Any]) -> Variety:
    """All ports: those of administration and of databases among them."""

    def make(spot: Spot) -> str:
        arn = group_arn(spot, make_group(spot, list(rules)))
        spot.mark(WORLD_OPEN_SSH.slug, arn, why, decoy=False)
        spot.mark(WORLD_OPEN_DATABASE.slug, arn, why, decoy=False)
        return arn

    return Variety(why, make)


WORLD_OPEN_EVERYTHING = Case(
    "network/world-open-everything",
    "a security group on an interface lets the whole internet in on all ports",
    (
        _wide("all traffic from everywhere", rule(0, 0, ANYWHERE, protocol=ALL)),
        _wide("all ports of TCP from everywhere", rule(*_ANY_PORT, ANYWHERE)),
    ),
    (
        _group("all traffic from private addresses", lambda _: [rule(0, 0, _INSIDE, protocol=ALL)]),
        _group("all ports of TCP from another group", lambda spot: [
            rule(*_ANY_PORT, UserIdGroupPairs=_from_group(spot))]),
    ),
)  # fmt: skip


def _open_egress(spot: Spot) -> str:
    return group_arn(spot, make_group(spot, [], closed=False))


def _narrow_egress(spot: Spot) -> str:
    group = make_group(spot, [])
    spot.do("ec2:AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=[rule(443, 443, ANYWHERE)])
    return group_arn(spot, group)


OPEN_EGRESS = Case(
    "network/open-egress",
    "a security group on an interface, other than a default group, lets everything out to everywhere",
    (Variety("egress as AWS makes it: everything to everywhere", _open_egress),),
    (
        Variety("egress on one port to everywhere", _narrow_egress),
        Variety("no egress", lambda spot: group_arn(spot, make_group(spot, []))),
    ),
)
LAUNCH_WIZARD = Case(
    "manual/launch-wizard-group",
    "a security group has the name that the console's launch wizard gives",
    (Variety("made by the launch wizard", lambda spot: group_arn(
        spot, make_group(spot, [rule(443, 443, _OFFICE)], name=f"launch-wizard-{spot.works.number()}"))),),
    (Variety("named for its application", lambda spot: group_arn(
        spot, make_group(spot, [rule(443, 443, _OFFICE)], name="launcher"))),),
)  # fmt: skip
UNUSED_GROUP = Case(
    "inventory/unused-group",
    "a security group, other than a default group, is on no interface and in no rule",
    (Variety("on no interface", lambda spot: group_arn(
        spot, make_group(spot, [rule(443, 443, _OFFICE)], in_use=False))),),
    (Variety("on an interface", lambda spot: group_arn(spot, make_group(spot, [rule(443, 443, _OFFICE)]))),),
)  # fmt: skip
CASES = (
    WORLD_OPEN_SSH,
    WORLD_OPEN_DATABASE,
    WORLD_OPEN_EVERYTHING,
    OPEN_EGRESS,
    LAUNCH_WIZARD,
    UNUSED_GROUP,
)
