"""Connections to public addresses only: the address that was checked is the one that is connected to."""

import ipaddress
import socket

from tenfold.model.errors import EndpointError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""An IPv4 address in its last 32 bits is what the network connects to (RFC 6052)."""


def connect(host: str, port: int, timeout: float, *, allow_private: bool) -> socket.socket:
    """A TCP connection to a host.

    The name is resolved once, every address that it has is checked, and one of these very addresses is connected to:
    a name server that answers otherwise the second time is not asked a second time.

    Args:
        host: a name or an address.
        port: 1 to 65535.
        timeout: seconds for each connection that is tried.
        allow_private: whether loopback, private and link-local addresses are good too.

    Raises:
        EndpointError: the name has no address, has one that is not public, or none of them answers.
    """
    found = _resolved(host, port)
    if not allow_private:
        refused = [address for address in found if not public(ipaddress.ip_address(address))]
        if refused:
            raise EndpointError(
                f"{host} is at {', '.join(refused)}, which is not a public address",
                next="Set allow_private = true when the target is your own.",
            )
    return _first(host, found, port, timeout)


def public(address: Address) -> bool:
    """Whether an address, and the IPv4 address that it stands for if any, is reachable for everybody."""
    return all(each.is_global and not each.is_multicast for each in (address, *_inner(address)))


def _inner(address: Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _resolved(host: str, port: int) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EndpointError(f"{host} has no address: {error}") from error
    return list(dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers))


def _first(host: str, addresses: list[str], port: int, timeout: float) -> socket.socket:
    failures = []
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failures.append(f"{address}: {error.strerror or error}")
    raise EndpointError(f"{host} cannot be connected to ({'; '.join(failures)})")
