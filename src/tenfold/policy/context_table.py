"""Which context keys exist for which caller and over which channel.

From the IAM guide's page on global condition context keys ("Availability" of each key) and its table of what
identifies each kind of principal. Keys in lower case; one that ends on `/` is a beginning.
"""

import enum

from tenfold.policy.callers import OF_ACCOUNTS, Kind


class Channel(enum.StrEnum):
    """How a request comes."""

    INTERNET = "internet"
    ENDPOINT = "VPC endpoint"
    FORWARDED = "an AWS service, with the caller's rights"


class There(enum.StrEnum):
    """Whether requests carry a key."""

    ALWAYS = "always"
    MAYBE = "maybe"
    NEVER = "never"


_SESSIONS = frozenset({Kind.ROLE, Kind.FEDERATED})
_NAMED = frozenset({Kind.USER, Kind.ROLE})
_NOBODY: frozenset[Kind] = frozenset()
_SERVICE = frozenset({Kind.SERVICE})

# key -> (callers whose requests always carry it, callers whose requests may)
_OF_CALLERS: dict[str, tuple[frozenset[Kind], frozenset[Kind]]] = {
    "aws:principalarn": (OF_ACCOUNTS, _NOBODY),
    "aws:principalaccount": (OF_ACCOUNTS, _NOBODY),
    "aws:principaltype": (OF_ACCOUNTS | {Kind.ANONYMOUS}, _NOBODY),
    "aws:userid": (OF_ACCOUNTS | {Kind.ANONYMOUS}, _NOBODY),
    "aws:username": (frozenset({Kind.USER}), _NOBODY),
    "aws:principalorgid": (_NOBODY, OF_ACCOUNTS),
    "aws:principalorgpaths": (_NOBODY, OF_ACCOUNTS),
    "aws:principaltag/": (_NOBODY, _NAMED | _SESSIONS),
    "aws:principalisawsservice": (OF_ACCOUNTS | _SERVICE, _NOBODY),
    "aws:principalservicename": (_SERVICE, _NOBODY),
    "aws:principalservicenameslist": (_SERVICE, _NOBODY),
    "aws:sourceaccount": (_NOBODY, _SERVICE),
    "aws:sourcearn": (_NOBODY, _SERVICE),
    "aws:sourceowner": (_NOBODY, _SERVICE),
    "aws:sourceorgid": (_NOBODY, _SERVICE),
    "aws:sourceorgpaths": (_NOBODY, _SERVICE),
    "aws:viaawsservice": (OF_ACCOUNTS, _NOBODY),
    "aws:calledvia": (_NOBODY, OF_ACCOUNTS),
    "aws:calledviafirst": (_NOBODY, OF_ACCOUNTS),
    "aws:calledvialast": (_NOBODY, OF_ACCOUNTS),
    "aws:tokenissuetime": (_SESSIONS, frozenset({Kind.USER})),
    "aws:multifactorauthpresent": (_NOBODY, OF_ACCOUNTS),
    "aws:multifactorauthage": (_NOBODY, OF_ACCOUNTS),
    "aws:federatedprovider": (_NOBODY, frozenset({Kind.ROLE})),
    "aws:sourceidentity": (_NOBODY, frozenset({Kind.ROLE})),
    "aws:rolesessionname": (_NOBODY, frozenset({Kind.ROLE})),
    "aws:ec2instancesourcevpc": (_NOBODY, frozenset({Kind.ROLE})),
    "aws:ec2instancesourceprivateipv4": (_NOBODY, frozenset({Kind.ROLE})),
}
_PLACES = (
    "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
)  # fmt: skip
_OF_CHANNELS: dict[str, tuple[frozenset[Channel], frozenset[Channel]]] = {
    "aws:sourceip": (frozenset({Channel.INTERNET}), frozenset()),
    **{key: (frozenset({Channel.ENDPOINT}), frozenset()) for key in _PLACES[:4]},
    **{key: (frozenset(), frozenset({Channel.ENDPOINT})) for key in _PLACES[4:]},
}
KEYS = (*_OF_CALLERS, *_OF_CHANNELS)
"""Every key of the table."""


def of_caller(key: str, kind: Kind) -> There | None:
    """Whether requests of a kind of caller carry a key; None when that does not depend on the caller."""
    always, maybe = _OF_CALLERS.get(_beginning(key), (None, _NOBODY))
    if always is None:
        return None
    return There.ALWAYS if kind in always else There.MAYBE if kind in maybe else There.NEVER


def by_channel(key: str, channel: Channel) -> There | None:
    """Whether requests over a channel carry a key; None when that does not depend on the channel."""
    always, maybe = _OF_CHANNELS.get(key, (None, frozenset()))
    if always is None:
        return None
    return There.ALWAYS if channel in always else There.MAYBE if channel in maybe else There.NEVER


def always_carried(kind: Kind) -> frozenset[str]:
    """The keys that all requests of a kind of caller carry."""
    return _ALWAYS[kind]


def _beginning(key: str) -> str:
    return "aws:principaltag/" if key.startswith("aws:principaltag/") else key


_ALWAYS = {kind: frozenset(key for key, (always, _) in _OF_CALLERS.items() if kind in always) for kind in Kind}
