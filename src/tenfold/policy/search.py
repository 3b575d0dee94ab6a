"""Looks for one concrete request that a policy allows; finding none proves nothing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cached_property, lru_cache
from itertools import islice, product

import msgspec

from tenfold.model.arn import Arn
from tenfold.policy.addresses import INTERNET, AddressSet, address_set
from tenfold.policy.conditions import holds, moment, network, number, operator
from tenfold.policy.delivery_table import FORWARDERS
from tenfold.policy.document import Effect, Request, acts, applies, decide
from tenfold.policy.identities import ACCOUNT_KEYS, KMS_KEY
from tenfold.policy.match import (
    UNKNOWN,
    Glob,
    Lookup,
    Pattern,
    Values,
    Variable,
    Wild,
    after,
    filled,
    glob_of,
    pattern,
    written,
)
from tenfold.policy.parse import Condition, Policy, Statement
from tenfold.policy.personas import PERSONA_KEYS, Persona, personas, values_like
from tenfold.policy.principals import Caller, Party, Who, account_of, applies_to
from tenfold.policy.s3_actions import ACTIONS, OBJECT
from tenfold.policy.ways import POINT_ACCOUNT, POINT_ARN, POINT_KEYS, SOURCE_IP, Kind, Way, from_addresses
from tenfold.policy.work import Work, statement_weight, text_weight, weight

_BUDGET = 400
_CONTEXTS = 2000
_LONGEST_KEY = 1024
_PER_KEY = 6
# Patterns without variables that are looked up in about the time of one step.
_PLAIN_TEXTS = 8
_RESOURCES = 8
_KEYS = ("index.html", "x/y", "0")
_USUAL = {
    "aws:referer": "https://example.com/", "aws:useragent": "curl/8.5.0", "s3:tlsversion": "1.3",
    "aws:vpcsourceip": "10.213.7.9", "aws:multifactorauthpresent": "true", "aws:multifactorauthage": "60",
    "aws:sourcevpce": "vpce-" + "f" * 17, "aws:sourcevpc": "vpc-" + "f" * 17, "aws:vpceorgid": "o-" + "z" * 12,
    "s3:authtype": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256", "s3:signatureage": "1000",
    "s3:prefix": "x", "s3:max-keys": "100", "s3:accesspointnetworkorigin": "Internet",
    **dict.fromkeys(("aws:calledvia", "aws:calledviafirst", "aws:calledvialast"), FORWARDERS[0]),
}  # fmt: skip

Choice = tuple[str, ...] | None
"""The values of one key, or None to leave it out."""


class Venue(msgspec.Struct, frozen=True, dict=True):
    """A policy and what it guards: `root` the ARN of the bucket or access point, `objects` what object ARNs begin with.

    `behind` is the bucket's venue when this one is an access point: both must let a request in. `stranger` is an
    account id that no policy names, `region` the bucket's. `work` counts what all questions about the bucket take.
    `acls_off` says that S3 refuses requests about ACLs.
    """

    policy: Policy
    root: str
    objects: str
    partition: str
    stranger: str
    work: Work
    behind: "Venue | None" = None
    region: str = ""
    acls_off: bool = False

    @cached_property
    def weight(self) -> int:
        """The steps of putting one request to the policies."""
        return weight(self.policy) + (self.behind.weight if self.behind else 0)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions of all policies here."""
        own = tuple(condition for statement in self.policy.statements for condition in statement.conditions)
        return own + (self.behind.conditions if self.behind else ())

    @cached_property
    def deciding(self) -> frozenset[str]:
        """Keys on which denies or a second policy turn, and keys used as variables: worth trying several values."""
        keys = {
            condition.key.lower()
            for statement in self.policy.statements
            if not statement.allows
            for condition in statement.conditions
        }
        behind = {condition.key.lower() for condition in self.behind.conditions} if self.behind else set()
        return frozenset(keys | behind)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key that a condition or a variable here looks at, in lower case."""
        texts = [text for condition in self.conditions for text in condition.values]
        for statement in self.policy.statements:
            texts.extend((*(statement.resources or ()), *(statement.not_resources or ())))
        items = (item for text in texts if "${" in text for item in pattern(text, variables=self.policy.variables))
        variables = [item.key for item in items if isinstance(item, Variable)]
        behind = self.behind.keys if self.behind else ()
        return tuple(dict.fromkeys([*(c.key.lower() for c in self.conditions), *variables, *behind]))

    @cached_property
    def acting(self) -> dict[str, tuple[bool, ...]]:
        """For each action of S3, which of all statements here are about it."""
        every = [*self.policy.statements, *(self.behind.policy.statements if self.behind else ())]
        return {action: tuple(acts(statement, action) for statement in every) for action in ACTIONS}

    @cached_property
    def callers(self) -> dict[tuple[str, Party | None], list[Persona]]:
        """The stand-ins made so far, by kind of caller and party."""
        return {}

    def lets_in(self, request: Request, index: int) -> bool:
        """Whether the policies allow a request, by statement `index` of the first one."""
        self.work.spend(self.weight)
        decision = decide(self.policy, request)
        if decision.effect is not Effect.ALLOW or index not in decision.statements:
            return False
        if self.behind is None:
            return True
        behind = self.behind.root + request.resource.removeprefix(self.root).replace("/object/", "/", 1)
        return decide(self.behind.policy, msgspec.structs.replace(request, resource=behind)).effect is Effect.ALLOW


def witness(venue: Venue, way: Way, statement: Statement, action: str, addresses: AddressSet) -> Request | None:
    """A request for an action, by a way, from one of the addresses, that a statement allows and nothing denies.

    Every candidate is put to the concrete evaluator; None when none of a few hundred was let in.

    Raises:
        WorkLimitError: when that takes more steps than the bucket has left.
    """
    candidates = _candidates(venue, way, statement, action, addresses)
    for request in islice(candidates, _BUDGET):
        if venue.lets_in(request, statement.index):
            return request
    return None


def stand_ins(venue: Venue, way: Way) -> list[Persona]:
    """Callers that a way stands for."""
    key = way.caller, way.party
    if key not in venue.callers:
        venue.work.spend(venue.weight)
        venue.callers[key] = _stand_ins(venue, way.caller, way.party)
    return venue.callers[key]


def _stand_ins(venue: Venue, caller: str, party: Party | None) -> list[Persona]:
    if caller != "aws":
        return [Persona(Caller(caller, (party.name,) if party else ()), {})]
    found = personas(
        party,
        venue.conditions,
        partition=venue.partition,
        stranger=venue.stranger,
        variables=venue.policy.variables,
    )
    if party is None or party.who is not Who.CANONICAL:
        return found
    return [Persona(msgspec.structs.replace(one.caller, canonical=party.name), one.context) for one in found]


def _candidates(venue: Venue, way: Way, statement: Statement, action: str, addresses: AddressSet) -> Iterator[Request]:
    hidden = tuple(key for key in venue.keys if _hidden(way, key, action))
    varied = {key: _choices(venue, way, statement, action, key) for key in venue.keys if _varies(way, key, action)}
    base = {key: values for key, values in way.known.items() if values is not None}
    steps, sources = statement_weight(statement) + len(venue.keys), _sources(venue, way, addresses)
    for persona in stand_ins(venue, way):
        if applies_to(statement, persona.caller) is not True:
            continue
        # Not a product of products: that would make all of the inner one before its first.
        tried = ((source, picked) for source in sources for picked in product(*varied.values()))
        for source, picked in islice(tried, _CONTEXTS):
            venue.work.spend(steps)
            context = base | source | persona.context
            context |= {key: choice for key, choice in zip(varied, picked, strict=True) if choice is not None}
            if way.door == "elsewhere" and not _one_point(venue, way, context):
                continue
            for resource in _resources(venue, statement, action, context, hidden):
                request = Request(persona.caller, action, resource, context, hidden)
                if applies(statement, request, variables=venue.policy.variables):
                    yield request


def _one_point(venue: Venue, way: Way, context: dict[str, tuple[str, ...]]) -> bool:
    """Whether the keys of an access point agree, it is of the bucket's region, and not of an owner who is another."""
    arns = context.get(POINT_ARN, ())
    if not all(account_of(arn) and Arn.parse(arn).region in (venue.region, "") for arn in arns):
        return False
    accounts = {account_of(arn) for arn in arns} | set(context.get(POINT_ACCOUNT, ()))
    owner = set(context["aws:resourceaccount"])
    inside = way.party is not None and way.party.account in owner
    return len(accounts) <= 1 and (inside or accounts.isdisjoint(owner))


def _hidden(way: Way, key: str, action: str) -> bool:
    persona = key in PERSONA_KEYS and way.caller in ("federated", "canonical")
    return persona or way.kind(key, action) is Kind.HIDDEN


def _varies(way: Way, key: str, action: str) -> bool:
    persona = key in PERSONA_KEYS and way.caller != "service"
    return not persona and way.kind(key, action) in (Kind.CHOSEN, Kind.FOREIGN)


def _sources(venue: Venue, way: Way, addresses: AddressSet) -> list[dict[str, tuple[str, ...]]]:
    """Addresses to send from: first one that no deny looks at."""
    if way.channel != "internet" or way.kind(SOURCE_IP, "") is not Kind.ADDRESS:
        return [{}]
    room = addresses & way.addresses
    rest = room
    venue.work.spend(len(venue.conditions))
    for statement in venue.policy.statements:
        if not statement.allows:
            for condition in statement.conditions:
                denied = from_addresses(condition) if condition.key.lower() == SOURCE_IP else None
                rest = rest - denied if denied is not None else rest
    parts = [part for part in (rest & INTERNET, rest, room & INTERNET, room) if part]
    return [{SOURCE_IP: (part.one(),)} for part in (parts[:1] + parts[-1:])]


def _choices(venue: Venue, way: Way, statement: Statement, action: str, key: str) -> list[Choice]:
    """Values for one key that the statement's own conditions on it take."""
    named = not (way.strangers and way.kind(key, action) is Kind.FOREIGN)
    mine = [condition for condition in venue.conditions if condition.key.lower() == key]
    raw: list[Choice] = [] if way.carries(key) else [None]
    if key != KMS_KEY:
        raw.append((_usual(venue, way, key),))
    for condition in mine:
        raw.extend((value,) for value in _values(key, condition, venue.policy.variables, named))
        if key == POINT_ARN:
            raw.extend((arn,) for arn in _point_arns(venue, way, condition))
    own = [condition for condition in statement.conditions if condition.key.lower() == key]
    venue.work.spend(len(raw))
    taken = (one for one in dict.fromkeys(raw) if _taken(venue, key, one, own))
    return list(islice(taken, _PER_KEY if key in venue.deciding or key in POINT_KEYS else 1))


def _usual(venue: Venue, way: Way, key: str) -> str:
    own = way.party.account if way.party is not None and way.party.account else venue.stranger
    if key == POINT_ARN and venue.region:
        return str(Arn(venue.partition, "s3", venue.region, own, "accesspoint/x"))
    return own if key in ACCOUNT_KEYS else _USUAL.get(key, "x")


def _point_arns(venue: Venue, way: Way, condition: Condition) -> Iterator[str]:
    """Access points of the bucket's region and the caller's account, named as the patterns of a condition want it."""
    if not venue.region:
        return
    usual = Arn.parse(_usual(venue, way, POINT_ARN))
    for text in condition.values:
        name = text.rpartition(":accesspoint/")[2].replace("*", "x").replace("?", "x")
        yield str(msgspec.structs.replace(usual, resource=f"accesspoint/{name}"))


def _taken(venue: Venue, key: str, choice: Choice, conditions: list[Condition]) -> bool:
    venue.work.spend(sum(len(condition.values) for condition in conditions))

    def lookup(name: str) -> Values:
        return choice if name == key else UNKNOWN

    return all(holds(condition, lookup, variables=venue.policy.variables) is not False for condition in conditions)


def _values(key: str, condition: Condition, variables: bool, named: bool) -> Iterator[str]:
    found = operator(condition.operator)
    family = found.family if found else ""
    if family in ("string", "arn"):
        yield from values_like(key, condition, variables=variables, named=named)
    elif family == "bool":
        yield from ("true", "false")
    elif family == "binary":
        yield from condition.values
    elif family in ("numeric", "date", "address"):
        for text in condition.values:
            yield from _around(family, text)


def _around(family: str, text: str) -> Iterator[str]:
    """The value and its neighbours on both sides."""
    yield text if family != "address" else text.partition("/")[0]
    figure, when, block = number(text), moment(text), network(text)
    if family == "numeric" and figure is not None:
        yield from (str(figure - 1), str(figure + 1))
    if family == "date" and when is not None and 1 < when.year < 9999:  # noqa: PLR2004 - the years a datetime can hold
        yield from ((when + step).isoformat() for step in (timedelta(-1), timedelta(1)))
    if family == "address" and block is not None:
        yield address_set([block]).one()


def _resources(
    venue: Venue, statement: Statement, action: str, context: dict[str, tuple[str, ...]], hidden: tuple[str, ...]
) -> Iterator[str]:
    """Resources of an action that a statement names, and objects that a NotResource spares."""
    if action not in OBJECT:
        yield venue.root
        return

    def lookup(key: str) -> Values:
        return UNKNOWN if key in hidden else context.get(key)

    texts = list(statement.resources if statement.resources is not None else ["*"])
    for other in venue.policy.statements:
        texts.extend(other.not_resources or ())
    keys = (key for text in dict.fromkeys(texts) for key in _object_keys(venue, text, lookup))
    few = dict.fromkeys(islice(keys, _RESOURCES * len(_KEYS)))
    yield from (venue.objects + key for key in islice(few, _RESOURCES))


def _object_keys(venue: Venue, text: str, lookup: Lookup) -> Iterator[str]:
    venue.work.spend(text_weight(text))
    found = filled(pattern(text, variables=venue.policy.variables), lookup)
    if isinstance(found, tuple):
        for rest in after(found, venue.objects):
            keys = (written(rest, filler) for filler in _KEYS)
            yield from (key for key in keys if 0 < len(key) <= _LONGEST_KEY)


def object_globs(venue: Venue, texts: tuple[str, ...], lookup: Lookup) -> list[Glob]:
    """The object keys that resource patterns reach, widest reading: a variable of unknown value stands for anything."""
    venue.work.spend(1 + len(texts) // _PLAIN_TEXTS)
    return [rest for text in texts for rest in _rests(venue, text, lookup)]


def _rests(venue: Venue, text: str, lookup: Lookup) -> Sequence[Glob]:
    if not venue.policy.variables or "${" not in text:
        return _plain_rests(text, venue.objects)
    venue.work.spend()
    glob = _widened(pattern(text, variables=True), lookup)
    return [] if glob is None else after(glob, venue.objects)


@lru_cache(maxsize=2048)
def _plain_rests(text: str, prefix: str) -> tuple[Glob, ...]:
    return tuple(after(glob_of(text), prefix))


def _widened(items: Pattern, lookup: Lookup) -> Glob | None:
    """The pattern with known variables filled in; None when one of them has no value and so nothing matches."""
    glob: list[str | Wild] = []
    for item in items:
        part = filled((item,), lookup)
        if part is None:
            return None
        glob.extend((Wild.MANY,) if part is UNKNOWN else part)
    return tuple(glob)
