"""One statement and some ways in: a request that passes, a reason why none can, or undecided."""

from collections.abc import Iterator, Sequence

import msgspec

from tenfold.policy.addresses import INTERNET, AddressSet, counted
from tenfold.policy.document import Request, acts, covers_resource
from tenfold.policy.exposure import Answer, Reached
from tenfold.policy.fences import fence, spared
from tenfold.policy.match import UNKNOWN, Glob, Lookup, Values, Wild, apart, covers, filled, pattern
from tenfold.policy.parse import Principals, Statement
from tenfold.policy.principals import applies_to
from tenfold.policy.s3_actions import (
    ACTIONS,
    NOT_ALONE,
    OBJECT,
    OF_ACLS,
    OWNER_ONLY,
    THROUGH_POINTS,
    named_actions,
    unlisted_actions,
)
from tenfold.policy.search import Venue, object_globs, stand_ins, witness
from tenfold.policy.ways import SOURCE_IP, Fit, Kind, Way, fit
from tenfold.policy.work import WorkLimitError, conditions_weight

# The places of a pattern that are followed in about the time of one step.
_PLACES = 20


class Spot(msgspec.Struct, frozen=True):
    """An action, and the object keys it is asked for; None for the bucket itself."""

    action: str
    keys: Glob | None


class Outcome(msgspec.Struct, frozen=True):
    """An answer, and the denies that shut somebody out on the way to it."""

    answer: Answer
    denies: tuple[Statement, ...] = ()


def settle(venue: Venue, statement: Statement, ways: Sequence[Way], via: str) -> Outcome:
    """Whether an Allow opens anything to the callers of these ways.

    Yes comes with a request that the policies allow. No needs, for every way, action and pattern of resources, a
    condition that no such caller meets or a deny that stops them all. Everything else is undecided, and so is what
    would take more work than the bucket has left.
    """
    try:
        return _settled(venue, statement, ways, via)
    except WorkLimitError as error:
        return Outcome(Answer(Reached.UNDECIDED, f"{via}: {error}", via))


def _settled(venue: Venue, statement: Statement, ways: Sequence[Way], via: str) -> Outcome:
    inert = _inert(venue, statement)
    if inert is not None:
        return Outcome(msgspec.structs.replace(inert, where=via))
    shut: list[str] = []
    unclear: list[str] = []
    denies: dict[int, Statement] = {}
    for way in ways:
        missed: set[tuple[str, AddressSet]] = set()
        for spot in _spots(venue, statement, way):
            room, reason, stopping = _room(venue, way, statement, spot)
            denies.update((deny.index, deny) for deny in stopping)
            if reason:
                shut.append(reason)
                continue
            # What is tried depends on action and addresses alone: patterns of resources have it in common.
            tried = (spot.action, room) in missed
            request = None if tried else _request(venue, way, statement, spot, room)
            missed.add((spot.action, room))
            if request is not None:
                reason = f"{via} allows {request.action} on {request.resource}"
                return Outcome(Answer(Reached.YES, reason, via, request, venue.keys), tuple(denies.values()))
            unclear.append(_why_unclear(venue, way, statement, spot))
    if unclear:
        return Outcome(Answer(Reached.UNDECIDED, f"{via}: {unclear[0]}", via), tuple(denies.values()))
    reason = f"{via}: {shut[0]}" if shut else f"{via} is not about them"
    return Outcome(Answer(Reached.NO, reason, via), tuple(denies.values()))


def deniers(venue: Venue, statement: Statement, ways: Sequence[Way]) -> list[tuple[Statement, ...]]:
    """The denies that keep strangers from what an Allow opens, whoever it names and whatever it asks for.

    A group for each deny that stops all requests of all ways; one group of several that do so together; or none,
    also where telling takes more work than the bucket has left.
    """
    try:
        return _deniers(venue, statement, ways)
    except WorkLimitError:
        return []


def _deniers(venue: Venue, statement: Statement, ways: Sequence[Way]) -> list[tuple[Statement, ...]]:
    opened = msgspec.structs.replace(
        statement, principals=Principals(everyone=True), not_principals=None, conditions=()
    )
    stopped: dict[int, Statement] = {}
    each: list[set[int]] = []
    for way in ways:
        for spot in _spots(venue, opened, way):
            stopping = [deny for deny, away in _stopping(venue, way, spot) if not way.addresses - away]
            stopped.update((deny.index, deny) for deny in stopping)
            each.append({deny.index for deny in stopping})
    if not each or not all(each):
        return []
    alone = set.intersection(*each)
    return [(stopped[index],) for index in sorted(alone)] or [tuple(stopped.values())]


def _inert(venue: Venue, statement: Statement) -> Answer | None:
    """The answer for a statement whose actions and resources do not meet, whoever calls."""
    actions = named_actions(statement)
    if not actions:
        foreign = statement.actions and not any(_may_be_s3(text) for text in statement.actions)
        if foreign or statement.not_actions is not None:
            return Answer(Reached.NO, "the statement names no action of S3")
        return Answer(Reached.UNDECIDED, f"no action of S3 is known by the name {', '.join(statement.actions or ())}")
    explicit = not set(statement.actions or ()).isdisjoint(unlisted_actions(statement))
    kinds = {action in OBJECT for action in actions}
    if not explicit and not any(_meets(venue, statement, _KINDS[kind]) for kind in kinds):
        reason = f"{actions[0]} and the resources that the statement names do not meet in {venue.root}"
        return Answer(Reached.NO, reason)
    return None


def _may_be_s3(text: str) -> bool:
    service = text.partition(":")[0].lower()
    return service == "s3" or "*" in service or "?" in service


# An action on the bucket and one on objects.
_KINDS = {False: "s3:ListBucket", True: "s3:GetObject"}


def _meets(venue: Venue, statement: Statement, action: str) -> bool:
    if action in OBJECT:
        return bool(_key_globs(venue, statement, _nothing_known))
    return _on_root(venue, statement) is not False


def _key_globs(venue: Venue, statement: Statement, lookup: Lookup) -> list[Glob]:
    return [(Wild.MANY,)] if statement.resources is None else object_globs(venue, statement.resources, lookup)


def _on_root(venue: Venue, statement: Statement) -> bool | None:
    return covers_resource(statement, venue.root, _nothing_known, variables=venue.policy.variables)


def _nothing_known(_key: str) -> Values:
    return UNKNOWN


def _spots(venue: Venue, statement: Statement, way: Way) -> Iterator[Spot]:
    """What a statement opens, one of each kind that the policies and the way could treat differently."""
    if not any(applies_to(statement, one.caller) is not False for one in stand_ins(venue, way)):
        return
    seen = set()
    meets = {kind: _meets(venue, statement, action) for kind, action in _KINDS.items()}
    venue.work.spend(conditions_weight(statement))
    for action in named_actions(statement):
        if not meets[action in OBJECT]:
            continue
        classes = (action in named for named in (OBJECT, OWNER_ONLY, OF_ACLS, NOT_ALONE))
        kind = (*classes, *venue.acting[action])
        signature = (*kind, *(way.kind(key, action) for key in venue.keys))
        if signature in seen:
            continue
        seen.add(signature)
        for keys in _key_globs(venue, statement, way.lookup) if action in OBJECT else [None]:
            yield Spot(action, keys)
    yield from _unlisted_spots(venue, statement, way)


def _unlisted_spots(venue: Venue, statement: Statement, way: Way) -> Iterator[Spot]:
    """What a statement may open beyond the table of actions, on bucket or objects, one for each set of denies."""
    seen = set()
    for action in unlisted_actions(statement):
        venue.work.spend(len(venue.policy.statements))
        kind = tuple(acts(one, action) for one in venue.policy.statements)
        if kind in seen:
            continue
        seen.add(kind)
        if _on_root(venue, statement) is not False:
            yield Spot(action, None)
        for keys in _key_globs(venue, statement, way.lookup):
            yield Spot(action, keys)


def _room(
    venue: Venue, way: Way, statement: Statement, spot: Spot
) -> tuple[AddressSet, str | None, tuple[Statement, ...]]:
    """The addresses from which a request could still pass; why none can; and the denies that stop them."""
    if venue.acls_off and spot.action in OF_ACLS:
        return way.addresses, f"ACLs are off, and S3 refuses {spot.action} (AccessControlListNotSupported)", ()
    venue.work.spend(conditions_weight(statement))
    fitted = fit(way, statement, spot.action, variables=venue.policy.variables)
    if fitted.failing is not None:
        return fitted.addresses, f"only {fence(fitted.failing)}{_unsent(way, fitted)}", ()
    room = fitted.addresses & way.addresses
    if way.walls and room.narrow:
        return room, f"only {counted(room)}", ()
    stopping = []
    for deny, away in _stopping(venue, way, spot):
        stopping.append(deny)
        room -= away
        if not room or (way.walls and room.narrow):
            return room, _denied(deny), tuple(stopping)
    return room, _behind(venue, way, spot), tuple(stopping)


def _unsent(way: Way, fitted: Fit) -> str:
    """Why nobody at all sends from the addresses that a condition asks for; empty when somebody may."""
    about_addresses = fitted.failing is not None and fitted.failing.key.lower() == SOURCE_IP
    if way.channel == "endpoint" or not about_addresses or fitted.addresses & INTERNET:
        return ""
    return ", and S3 sees private addresses through VPC endpoints alone, as aws:VpcSourceIp"


def _stopping(venue: Venue, way: Way, spot: Spot) -> Iterator[tuple[Statement, AddressSet]]:
    """The denies that stop every request for a spot, each with the addresses from which it does."""
    for deny in venue.policy.statements:
        venue.work.spend()
        if not deny.allows and _stops(venue, way, deny, spot):
            venue.work.spend(conditions_weight(deny))
            found = fit(way, deny, spot.action, variables=venue.policy.variables)
            if found.holds:
                yield deny, found.addresses


def _denied(deny: Statement) -> str:
    allowed = spared(deny)
    return f"{deny.label} denies all" + (f" but {allowed}" if allowed else "")


def _stops(venue: Venue, way: Way, deny: Statement, spot: Spot) -> bool:
    """Whether a deny is surely about every caller of a way and every request of a spot, conditions aside."""
    if not acts(deny, spot.action) or any(applies_to(deny, one.caller) is not True for one in stand_ins(venue, way)):
        return False
    if spot.keys is None:
        return _on_root(venue, deny) is True
    if deny.resources is not None:
        plain = tuple(text for text in deny.resources if not (venue.policy.variables and "${" in text))
        return any(_covers(venue, wide, spot.keys) for wide in object_globs(venue, plain, way.lookup))
    if any(_void(venue, text, way.lookup) for text in deny.not_resources or ()):
        return False
    return all(apart(one, spot.keys) for one in object_globs(venue, deny.not_resources or (), way.lookup))


def _void(venue: Venue, text: str, lookup: Lookup) -> bool:
    return filled(pattern(text, variables=venue.policy.variables), lookup) is None


def _covers(venue: Venue, wide: Glob, narrow: Glob) -> bool:
    places = len(wide) if wide.count(Wild.MANY) > 1 else 1
    venue.work.spend(1 + places * len(narrow) // _PLACES)
    return covers(wide, narrow)


def _behind(venue: Venue, way: Way, spot: Spot) -> str | None:
    """Why the bucket's own policy lets nobody of a way in through this access point; None when it may."""
    if venue.behind is None:
        return None
    policy = venue.behind.policy
    for statement in policy.statements:
        if statement.allows and acts(statement, spot.action):
            venue.work.spend(conditions_weight(statement))
            about = any(applies_to(statement, one.caller) is not False for one in stand_ins(venue, way))
            if about and fit(way, statement, spot.action, variables=policy.variables).holds is not False:
                return None
    return "the bucket policy lets them in through no access point"


def _request(venue: Venue, way: Way, statement: Statement, spot: Spot, room: AddressSet) -> Request | None:
    """A request that passes; none is made up for what a service does on behalf of others, or S3 refuses by itself."""
    return None if _unserved(way, spot) else witness(venue, way, statement, spot.action, room)


def _unserved(way: Way, spot: Spot) -> str:
    """Why a request for a spot cannot be made up, or S3 may not serve it; empty when neither is so."""
    reason = ""
    if spot.action not in ACTIONS:
        reason = "it may be about actions of S3 that are not in the table, and no deny surely stops those"
    elif way.strangers and spot.action in NOT_ALONE:
        reason = f"no request is for {spot.action} alone; whether that opens anything to strangers is not known"
    elif _refused_outside(way, spot):
        reason = f"S3 answers {spot.action} to the owner's account only; whether anything else is open was not found"
    elif _unsure_elsewhere(way, spot):
        reason = f"whether an access point of another account serves {spot.action} to them is not known"
    elif way.channel == "service":
        reason = "an AWS service may act for anybody whose resource fits the condition"
    return reason


def _refused_outside(way: Way, spot: Spot) -> bool:
    owner = way.known.get("aws:resourceaccount") or ()
    return spot.action in OWNER_ONLY and (way.party is None or way.party.account not in owner)


def _unsure_elsewhere(way: Way, spot: Spot) -> bool:
    """Whether it is not known that an access point of another account would serve this."""
    return way.door == "elsewhere" and (way.caller == "anonymous" or spot.action not in THROUGH_POINTS)


def _why_unclear(venue: Venue, way: Way, statement: Statement, spot: Spot) -> str:
    unserved = _unserved(way, spot)
    if unserved:
        return unserved
    hidden = [c.key for c in statement.conditions if way.kind(c.key.lower(), spot.action) is Kind.HIDDEN]
    if hidden:
        return f"what a request carries as {hidden[0]} cannot be told"
    maybe = [deny.label for deny in venue.policy.statements if not deny.allows and acts(deny, spot.action)]
    if maybe:
        return f"every request tried was stopped, perhaps by {maybe[0]}; that none can pass is not proven"
    return "no request was found that meets its conditions; that there is none is not proven"
