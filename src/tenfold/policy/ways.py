"""Ways in: who calls and over what, and what is known of each condition key of such a request.

A way stands for many requests. Of each key it knows the value, or that the caller chooses it, or that it tells
apart callers whom nobody can pretend to be, or nothing. So a condition holds for all of them, for none, or that
cannot be told.
"""

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from tenfold.policy.addresses import EVERYWHERE, INTERNET, AddressSet, address_set, union
from tenfold.policy.conditions import Operator, holds, network, operator
from tenfold.policy.exposure import AccessPoint, BucketFacts
from tenfold.policy.identities import ARN_KEYS, IDENTITY_KEYS, KMS_KEY, fixed, segment_fixed
from tenfold.policy.match import UNKNOWN, Values, filled, pattern
from tenfold.policy.parse import Condition, Policy, Statement
from tenfold.policy.principals import Party, Who
from tenfold.policy.s3_actions import carriers, never_carries

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
_VIA_SERVICE = "aws:viaawsservice"
_FORWARDED_KEYS = ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast")
POINT_ARN, POINT_ACCOUNT, POINT_ORIGIN = (
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
    "s3:accesspointnetworkorigin",
)
POINT_KEYS = (POINT_ARN, POINT_ACCOUNT, POINT_ORIGIN)
# From the IAM guide's table of what identifies each kind of principal.
_ANONYMOUS = {"aws:principaltype": ("Anonymous",), "aws:userid": ("anonymous",)}
_CHOSEN = frozenset(
    {
        "aws:referer", "aws:useragent", "aws:vpcsourceip", "aws:username", "aws:principaltype", "aws:sourceidentity",
        "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:tokenissuetime", "s3:tlsversion",
        POINT_ORIGIN, *_FORWARDED_KEYS,
    }
)  # fmt: skip
_CHOSEN_BY_SIGNERS = frozenset({"s3:authtype", "s3:signatureversion", "s3:signatureage"})
_CHOSEN_START = "aws:principaltag/"
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
    one Principal entry or condition. `channel` is internet, endpoint (a VPC endpoint, one's own or a named one),
    forwarded (an AWS service calls with the caller's rights) or service (an AWS service acts for somebody). `door`
    is the bucket itself, a point of its owner's, or elsewhere: an access point of any other account, which can be
    made without the owner. `addresses` are where internet callers may send from; `walls` says that a small set of
    addresses keeps strangers out, as it does unless the policy has so many that together they are everyone.
    """

    caller: str
    channel: str
    tls: bool
    known: Mapping[str, tuple[str, ...] | None]
    addresses: AddressSet = INTERNET
    party: Party | None = None
    walls: bool = False
    door: str = "bucket"

    @property
    def strangers(self) -> bool:
        """True when the way stands for callers whom no policy names."""
        return self.party is None

    def kind(self, key: str, action: str) -> Kind:
        """What is known of a key (lower case) in requests for an action."""
        if key in self.known or (self.caller == "anonymous" and key.startswith("aws:principaltag/")):
            return Kind.KNOWN
        if never_carries(action, key):
            return Kind.MISSING
        if self._untold(key):
            return Kind.HIDDEN
        if key == SOURCE_IP:
            return Kind.HIDDEN if self.caller == "service" else Kind.ADDRESS
        if key in IDENTITY_KEYS and (key != KMS_KEY or action == "s3:PutObject"):
            return Kind.FOREIGN if self.strangers else Kind.CHOSEN
        return Kind.CHOSEN if self._chooses(key, action) else Kind.HIDDEN

    def carries(self, key: str) -> bool:
        """Whether every request of this way has some value under a key that it does not know."""
        return key in (POINT_KEYS if self.door == "elsewhere" else ()) or (
            self.channel == "forwarded" and key in _FORWARDED_KEYS
        )

    def _untold(self, key: str) -> bool:
        """Whether nobody can tell what a service sends by itself, or what an access point that was not read is."""
        if self.channel == "service":
            return key not in SERVICE_KEYS
        of_place = self.channel == "forwarded" and key in (SOURCE_IP, *_ENDPOINT_KEYS)
        return of_place or (self.door == "point" and key in POINT_KEYS)

    def _chooses(self, key: str, action: str) -> bool:
        signed = key in _CHOSEN_BY_SIGNERS and self.caller == "aws"
        return signed or key in _CHOSEN or key.startswith(_CHOSEN_START) or action in carriers(key)

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
            return None if optional else holds(condition, lambda _key: ("x",), variables=variables)
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
    named, allowed = [], []
    for statement in (one for policy in policies for one in policy.statements):
        places = [from_addresses(one) for one in statement.conditions if one.key.lower() == SOURCE_IP]
        sets = [one for one in places if one is not None]
        together = EVERYWHERE
        for one in sets:
            together &= one
        named += [small for one in sets for small in (one, one.others()) if small.narrow]
        if sets and together.narrow:
            named.append(together)
            allowed += [together] if statement.allows else []
    return Outside(INTERNET - union(named) if union(named).narrow else INTERNET, union(allowed).narrow)


def stranger_ways(
    facts: BucketFacts, room: Outside, caller: str, point: AccessPoint | None, keys: Collection[str]
) -> list[Way]:
    """The ways of callers whom no policy names, with TLS first.

    `keys` are those that the policies look at: by an AWS service or somebody's access point only where they do.
    """
    return [
        Way(caller, channel, tls, known, room.addresses, walls=room.walls, door=door)
        for channel, tls, door, known in _routes(facts, caller, point, keys)
    ]


def service_way(facts: BucketFacts) -> Way:
    """An AWS service that acts for a stranger: what it sends is not known, but for whom it acts."""
    known: dict[str, tuple[str, ...] | None] = {"aws:securetransport": ("true",), **owner_keys(facts)}
    return Way("service", "service", tls=True, known=known)


def party_ways(facts: BucketFacts, party: Party, point: AccessPoint | None, keys: Collection[str]) -> list[Way]:
    """The ways of a party that a statement names; over the internet, nobody sends from private addresses."""
    caller = _caller(party)
    return [
        Way(caller, channel, tls, _named(caller, party) | known, INTERNET, party, door=door)
        for channel, tls, door, known in _routes(facts, caller, point, keys)
        if caller != "service" or channel == "internet"
    ]


def _named(caller: str, party: Party) -> dict[str, tuple[str, ...] | None]:
    """What the name of a party says of its requests; the account of a service is the one that it acts for."""
    known: dict[str, tuple[str, ...] | None] = {}
    if party.pin is not None:
        known[party.pin[0]] = (party.pin[1],)
    if caller == "aws" and party.account:
        known["aws:principalaccount"] = (party.account,)
    if party.who is Who.ORGANISATION:
        known["aws:principalorgid"] = (party.name,)
    return known


def _routes(
    facts: BucketFacts, caller: str, point: AccessPoint | None, keys: Collection[str]
) -> Iterator[tuple[str, bool, str, dict[str, tuple[str, ...] | None]]]:
    """Channel, TLS, door, and what is known of the keys of requests that come so."""
    channels = ["internet", "endpoint"]
    if caller == "aws" and not set(keys).isdisjoint((_VIA_SERVICE, *_FORWARDED_KEYS)):
        channels.append("forwarded")
    doors = ["bucket" if point is None else "point"]
    if point is None and caller in ("aws", "anonymous") and not set(keys).isdisjoint(POINT_KEYS):
        doors.append("elsewhere")
    for tls in (True, False):
        for channel in channels:
            for door in doors:
                yield channel, tls, door, _known(facts, caller, channel, tls) | _through(facts, door, channel, point)


def _caller(party: Party) -> str:
    if party.who is Who.FEDERATED:
        return "federated"
    if party.who is Who.CANONICAL and not party.account:
        return "canonical"
    # A CloudFront origin access identity acts as a service and is named as an IAM user is.
    return "service" if party.who is Who.SERVICE and not party.name.startswith("arn:") else "aws"


def owner_keys(facts: BucketFacts) -> dict[str, tuple[str, ...] | None]:
    """What every request for the bucket carries of its owner and of the time."""
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


def _known(facts: BucketFacts, caller: str, channel: str, tls: bool) -> dict[str, tuple[str, ...] | None]:
    known = owner_keys(facts) | {"aws:securetransport": ("true" if tls else "false",)}
    if not tls:
        known["s3:tlsversion"] = None
    if channel == "internet":
        known |= dict.fromkeys(_ENDPOINT_KEYS)
    if channel == "endpoint":
        known[SOURCE_IP] = None
    known |= _identity(caller)
    if channel == "forwarded":
        return known | {_VIA_SERVICE: ("true",)}
    return known | dict.fromkeys(_FORWARDED_KEYS)


def _through(
    facts: BucketFacts, door: str, channel: str, point: AccessPoint | None
) -> dict[str, tuple[str, ...] | None]:
    """What is known of the keys of access points."""
    if point is None:
        # One that is held to a VPC takes nothing from the internet.
        origin: dict[str, tuple[str, ...] | None] = {POINT_ORIGIN: ("Internet",)} if channel != "endpoint" else {}
        return origin if door == "elsewhere" else dict.fromkeys(POINT_KEYS)
    known: dict[str, tuple[str, ...] | None] = {POINT_ACCOUNT: (facts.account,), POINT_ORIGIN: (point.network_origin,)}
    if point.arn:
        known[POINT_ARN] = (point.arn,)
    return known


def _identity(caller: str) -> dict[str, tuple[str, ...] | None]:
    if caller == "service":
        return dict.fromkeys(_ACCOUNT_OF_PRINCIPAL) | {"aws:principalisawsservice": ("true",)}
    known: dict[str, tuple[str, ...] | None] = dict.fromkeys(SERVICE_KEYS)
    if caller == "anonymous":
        return known | dict.fromkeys(_PRINCIPAL_KEYS) | _ANONYMOUS
    known |= dict.fromkeys(("aws:principalservicename", "aws:principalservicenameslist"))
    return known | {"aws:principalisawsservice": ("false",), _VIA_SERVICE: ("false",)}


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
