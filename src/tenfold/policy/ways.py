"""Ways in: who calls and over what, and what is known of each condition key of such a request.

A way stands for many requests. Of each key it knows the value, or that the caller chooses it, or that it tells
apart callers whom nobody can pretend to be, or nothing. So a condition holds for all of them, for none, or that
cannot be told.
"""

import enum
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tenfold.policy.addresses import EVERYWHERE, INTERNET, AddressSet, address_set
from tenfold.policy.conditions import Operator, holds, network, operator
from tenfold.policy.exposure import AccessPoint, BucketFacts
from tenfold.policy.identities import ARN_KEYS, IDENTITY_KEYS, KMS_KEY, fixed, segment_fixed
from tenfold.policy.match import UNKNOWN, Values, filled, pattern
from tenfold.policy.parse import Condition, Policy, Statement
from tenfold.policy.principals import Party, Who
from tenfold.policy.s3_actions import OBJECT, OF_LISTINGS, carriers

SOURCE_IP = "aws:sourceip"
SERVICE_KEYS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths")
_ENDPOINT_KEYS = (
    "aws:sourcevpce", "aws:sourcevpc", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths", "aws:vpcsourceip",
)  # fmt: skip
_PRINCIPAL_KEYS = (
    "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:username",
    "aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist", "aws:federatedprovider",
    "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:tokenissuetime", "aws:sourceidentity",
)  # fmt: skip
_ACCOUNT_OF_PRINCIPAL = _PRINCIPAL_KEYS[:5]
_FORWARDED_KEYS = ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast")
_POINT_KEYS = ("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin")
_CHOSEN = frozenset(
    {
        "aws:referer", "aws:useragent", "aws:vpcsourceip", "aws:username", "aws:principaltype", "aws:sourceidentity",
        "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:tokenissuetime", "aws:tagkeys", "s3:tlsversion",
    }
)  # fmt: skip
_CHOSEN_BY_SIGNERS = frozenset({"s3:authtype", "s3:signatureversion", "s3:signatureage"})
_CHOSEN_STARTS = ("aws:principaltag/", "aws:requesttag/")
_MAYBE_MISSING = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "aws:vpceorgid", "aws:vpceorgpaths", "aws:userid", KMS_KEY,
     *SERVICE_KEYS}
)  # fmt: skip


class Kind(enum.Enum):
    """What a way knows of a key."""

    KNOWN = "known"
    MISSING = "no request for this action carries it"
    CHOSEN = "the caller chooses it, or leaves it out"
    FOREIGN = "some value that no policy names"
    ADDRESS = "an address on the internet"
    HIDDEN = "cannot be told"


class Way(msgspec.Struct, frozen=True):
    """One way in.

    `party` None stands for strangers, whom no policy names: `caller` anonymous or aws. Otherwise it is the party of
    one Principal entry, and nothing about its identity is held against it. `channel` is internet, endpoint (a VPC
    endpoint, one's own or a named one) or service (an AWS service acts for somebody). `addresses` are where
    internet callers may send from; `walls` says that a small set of addresses keeps strangers out, as it does
    unless the policy has so many that together they are everyone.
    """

    caller: str
    channel: str
    tls: bool
    known: Mapping[str, tuple[str, ...] | None]
    addresses: AddressSet = INTERNET
    party: Party | None = None
    walls: bool = False

    @property
    def strangers(self) -> bool:
        """True when the way stands for callers whom no policy names."""
        return self.party is None

    def kind(self, key: str, action: str) -> Kind:
        """What is known of a key (lower case) in requests for an action."""
        if key in self.known or (self.caller == "anonymous" and key.startswith("aws:principaltag/")):
            return Kind.KNOWN
        if key in OF_LISTINGS and action in OBJECT:
            return Kind.MISSING
        if self.channel == "service" and key not in SERVICE_KEYS:
            return Kind.HIDDEN
        if key == SOURCE_IP:
            return Kind.HIDDEN if self.caller == "service" else Kind.ADDRESS
        if key in IDENTITY_KEYS and (key != KMS_KEY or action == "s3:PutObject"):
            return Kind.FOREIGN if self.strangers else Kind.CHOSEN
        return Kind.CHOSEN if self._chooses(key, action) else Kind.HIDDEN

    def _chooses(self, key: str, action: str) -> bool:
        signed = key in _CHOSEN_BY_SIGNERS and self.caller == "aws"
        return signed or key in _CHOSEN or key.startswith(_CHOSEN_STARTS) or action in carriers(key)

    def lookup(self, key: str) -> Values:
        """The value of a key, as far as it is the same for all requests of this way."""
        if self.caller == "anonymous" and key.startswith("aws:principaltag/"):
            return None
        return self.known.get(key, UNKNOWN)

    def holds(self, condition: Condition, action: str, *, variables: bool) -> bool | None:
        """Whether a condition holds for all requests of this way (True), for none (False), or neither is sure."""
        key = condition.key.lower()
        kind = self.kind(key, action)
        if kind is Kind.KNOWN:
            return holds(condition, self.lookup, variables=variables)
        if kind is Kind.MISSING:
            return holds(condition, lambda name: None if name == key else self.lookup(name), variables=variables)
        found = operator(condition.operator)
        if kind is not Kind.FOREIGN or found is None:
            return None
        return self._foreign(key, condition, found, variables)

    def _foreign(self, key: str, condition: Condition, found: Operator, variables: bool) -> bool | None:
        """Fixed values are never a stranger's: comparing fails, excluding passes."""
        optional = key in _MAYBE_MISSING
        if found.family == "null":
            return None if optional else "false" in {value.lower() for value in condition.values}
        if found.family not in ("string", "arn") or not all(
            self._fixed(key, value, found, variables) for value in condition.values
        ):
            return None
        if found.negated:
            return None if optional and found.quantifier == "ForAnyValue" else True
        return None if optional and (found.if_exists or found.quantifier == "ForAllValues") else False

    def _fixed(self, key: str, value: str, found: Operator, variables: bool) -> bool:
        value_glob = filled(pattern(value, variables=variables, wild=found.wild), self.lookup)
        if not isinstance(value_glob, tuple):
            return False
        if found.family == "arn" and key in ARN_KEYS and segment_fixed(value_glob):
            return True
        return fixed(key, value_glob)


class Fit(msgspec.Struct, frozen=True):
    """How a statement's conditions fit a way: for all its requests, none, or not sure; and from which addresses.

    `failing` is the condition that none of them meets.
    """

    holds: bool | None
    addresses: AddressSet
    failing: Condition | None = None


def fit(way: Way, statement: Statement, action: str, *, variables: bool) -> Fit:
    """Hold all conditions of a statement against a way."""
    sure: bool | None = True
    addresses = EVERYWHERE
    for condition in statement.conditions:
        spans = from_addresses(condition) if way.kind(condition.key.lower(), action) is Kind.ADDRESS else None
        if spans is not None:
            addresses &= spans
            if not addresses & way.addresses:
                return Fit(False, addresses, condition)
            continue
        found = way.holds(condition, action, variables=variables)
        if found is False:
            return Fit(found, addresses, condition)
        sure = sure and found
    return Fit(sure, addresses)


def from_addresses(condition: Condition) -> AddressSet | None:
    """The addresses for which a condition on aws:SourceIp holds; None when it is not one of fixed addresses."""
    found = operator(condition.operator)
    if found is None:
        return None
    if found.family == "string" and not any(set(value) & set("*?$") for value in condition.values):
        # Compared as text: only a whole address can be equal, a CIDR never is.
        blocks = [block for block in map(network, condition.values) if block and str(block[0]) in condition.values]
    elif found.family == "address":
        blocks = [block for block in map(network, condition.values) if block]
        if len(blocks) < len(condition.values):
            return None
    else:
        return None
    inside = address_set(blocks)
    return inside.others() if found.negated else inside


class Outside(msgspec.Struct, frozen=True):
    """Where strangers send from, and whether a small set of addresses keeps them out (see `Way.walls`)."""

    addresses: AddressSet
    walls: bool


def outside(policies: Iterable[Policy]) -> Outside:
    """The internet without the small address sets that policies name: who sits there is no stranger."""
    named = allowed = AddressSet()
    for statement in (one for policy in policies for one in policy.statements):
        for condition in statement.conditions:
            spans = from_addresses(condition) if condition.key.lower() == SOURCE_IP else None
            for small in (spans, spans.others()) if spans else ():
                named |= small if small.narrow else AddressSet()
            if spans and spans.narrow and statement.allows:
                allowed |= spans
    return Outside(INTERNET - named if named.narrow else INTERNET, allowed.narrow)


def stranger_ways(facts: BucketFacts, room: Outside, caller: str, point: AccessPoint | None) -> list[Way]:
    """The ways of callers whom no policy names: internet or their own VPC endpoint, with TLS first."""
    return [
        Way(caller, channel, tls, _known(facts, caller, channel, tls, point), room.addresses, walls=room.walls)
        for tls in (True, False)
        for channel in ("internet", "endpoint")
    ]


def service_way(facts: BucketFacts) -> Way:
    """An AWS service that acts for a stranger: what it sends is not known, but for whom it acts."""
    known: dict[str, tuple[str, ...] | None] = {"aws:securetransport": ("true",), **_owner(facts)}
    return Way("service", "service", tls=True, known=known)


def party_ways(facts: BucketFacts, party: Party, point: AccessPoint | None) -> list[Way]:
    """The ways of a party that a statement names."""
    caller = _caller(party)
    channels = ("internet",) if caller == "service" else ("internet", "endpoint")
    return [
        Way(caller, channel, tls, _known(facts, caller, channel, tls, point), EVERYWHERE, party)
        for tls in (True, False)
        for channel in channels
    ]


def _caller(party: Party) -> str:
    if party.who is Who.FEDERATED:
        return "federated"
    if party.who is Who.CANONICAL and not party.account:
        return "canonical"
    # A CloudFront origin access identity acts as a service and is named as an IAM user is.
    return "service" if party.who is Who.SERVICE and not party.name.startswith("arn:") else "aws"


def _owner(facts: BucketFacts) -> dict[str, tuple[str, ...] | None]:
    known: dict[str, tuple[str, ...] | None] = {
        "aws:resourceaccount": (facts.account,),
        "s3:resourceaccount": (facts.account,),
    }
    if facts.org_id:
        known["aws:resourceorgid"] = (facts.org_id,)
    if facts.at:
        known["aws:currenttime"] = (_iso(facts.at),)
        known["aws:epochtime"] = (str(int(facts.at.timestamp())),)
    return known


def _known(
    facts: BucketFacts, caller: str, channel: str, tls: bool, point: AccessPoint | None
) -> dict[str, tuple[str, ...] | None]:
    known = _owner(facts) | {"aws:securetransport": ("true" if tls else "false",)}
    known |= dict.fromkeys(_FORWARDED_KEYS)
    if not tls:
        known["s3:tlsversion"] = None
    known |= dict.fromkeys(_ENDPOINT_KEYS if channel == "internet" else [SOURCE_IP])
    known |= _identity(caller)
    if point is None:
        known |= dict.fromkeys(_POINT_KEYS)
    else:
        known["s3:dataaccesspointaccount"] = (facts.account,)
        known["s3:accesspointnetworkorigin"] = (point.network_origin,)
        if point.arn:
            known["s3:dataaccesspointarn"] = (point.arn,)
    return known


def _identity(caller: str) -> dict[str, tuple[str, ...] | None]:
    if caller == "service":
        return dict.fromkeys(_ACCOUNT_OF_PRINCIPAL) | {"aws:principalisawsservice": ("true",)}
    known: dict[str, tuple[str, ...] | None] = dict.fromkeys(SERVICE_KEYS)
    if caller == "anonymous":
        return known | dict.fromkeys(_PRINCIPAL_KEYS) | {"aws:principaltype": ("Anonymous",)}
    known |= dict.fromkeys(("aws:principalservicename", "aws:principalservicenameslist"))
    return known | {"aws:principalisawsservice": ("false",), "aws:viaawsservice": ("false",)}


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
