"""Sets of IP addresses as intervals: what a list of blocks lets in, and whether that is everyone."""

import ipaddress
from collections.abc import Iterable

import msgspec

from tenfold.policy.conditions import Network

Span = tuple[int, int]
"""First and last address, both inside."""

_TOP = {4: 2**32 - 1, 6: 2**128 - 1}
# Wider than this is public: one /8 of IPv4, one /32 of IPv6 (the S3 guide's bound), counted over the whole set.
_NARROW = {4: 2**24, 6: 2**96}
# Nobody on the internet sends from these: private, special-purpose and multicast blocks of the IANA registries.
_UNROUTED = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "224.0.0.0/3",
)  # fmt: skip


class AddressSet(msgspec.Struct, frozen=True):
    """Addresses of both versions as sorted, disjoint spans."""

    v4: tuple[Span, ...] = ()
    v6: tuple[Span, ...] = ()

    def __and__(self, other: "AddressSet") -> "AddressSet":
        return AddressSet(_meet(self.v4, other.v4), _meet(self.v6, other.v6))

    def __or__(self, other: "AddressSet") -> "AddressSet":
        return AddressSet(_join([*self.v4, *other.v4]), _join([*self.v6, *other.v6]))

    def __sub__(self, other: "AddressSet") -> "AddressSet":
        return self & other.others()

    def __bool__(self) -> bool:
        return bool(self.v4 or self.v6)

    def others(self) -> "AddressSet":
        """Every address that is not in the set."""
        return AddressSet(_gaps(self.v4, _TOP[4]), _gaps(self.v6, _TOP[6]))

    def count(self, version: int) -> int:
        """How many addresses of IP version 4 or 6."""
        return sum(last - first + 1 for first, last in (self.v4 if version == 4 else self.v6))  # noqa: PLR2004 - IPv4

    @property
    def narrow(self) -> bool:
        """True when the set is too small to be everyone: at most one /8 and one /32 of addresses in all."""
        return all(self.count(version) <= bound for version, bound in _NARROW.items())

    def one(self) -> str:
        """An address from the middle of the widest span, IPv4 first.

        Raises:
            ValueError: when the set is empty.
        """
        first, last = max(self.v4 or self.v6, key=lambda span: span[1] - span[0])
        middle = (first + last) // 2
        return str(ipaddress.IPv4Address(middle) if self.v4 else ipaddress.IPv6Address(middle))


def address_set(blocks: Iterable[Network]) -> AddressSet:
    """The union of blocks."""
    spans: dict[int, list[Span]] = {4: [], 6: []}
    for block in blocks:
        spans[block.version].append((int(block.network_address), int(block.broadcast_address)))
    return AddressSet(_join(spans[4]), _join(spans[6]))


def union(sets: Iterable[AddressSet]) -> AddressSet:
    """All addresses that are in any of the sets."""
    every = list(sets)
    return AddressSet(
        _join([span for one in every for span in one.v4]), _join([span for one in every for span in one.v6])
    )


def counted(addresses: AddressSet) -> str:
    """`256 addresses`, `256 IPv4 and 1 IPv6 addresses`: how many, in words."""
    four, six = addresses.count(4), addresses.count(6)
    if four and six:
        return f"{four:,} IPv4 and {six:,} IPv6 addresses"
    return f"{four or six:,} address{'' if four + six == 1 else 'es'}"


def _join(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def _meet(one: tuple[Span, ...], other: tuple[Span, ...]) -> tuple[Span, ...]:
    met, a, b = [], 0, 0
    while a < len(one) and b < len(other):
        first, last = max(one[a][0], other[b][0]), min(one[a][1], other[b][1])
        if first <= last:
            met.append((first, last))
        if one[a][1] < other[b][1]:
            a += 1
        else:
            b += 1
    return tuple(met)


def _gaps(spans: tuple[Span, ...], top: int) -> tuple[Span, ...]:
    gaps, start = [], 0
    for first, last in spans:
        if start < first:
            gaps.append((start, first - 1))
        start = last + 1
    if start <= top:
        gaps.append((start, top))
    return tuple(gaps)


EVERYWHERE = AddressSet(((0, _TOP[4]),), ((0, _TOP[6]),))
_GLOBAL_UNICAST = address_set([ipaddress.ip_network("2000::/3")])
INTERNET = AddressSet((EVERYWHERE - address_set(ipaddress.ip_network(b) for b in _UNROUTED)).v4, _GLOBAL_UNICAST.v6)
