"""One statement and some ways in: a request that passes, a reason why none can, or undecided."""

from collections.abc import Iterator, Sequence

import msgspec

from tenfold.policy.addresses import AddressSet, counted
from tenfold.policy.evaluate import Request, acts, covers_resource
from tenfold.policy.exposure import Answer, Reached
from tenfold.policy.fences import fence, spared
from tenfold.policy.match import UNKNOWN, Glob, Lookup, Values, Wild, apart, covers
from tenfold.policy.parse import Statement
from tenfold.policy.principals import applies_to
from tenfold.policy.s3_actions import OBJECT, OWNER_ONLY, named_actions
from tenfold.policy.search import Venue, object_globs, stand_ins, witness
from tenfold.policy.ways import Kind, Way, fit


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
    condition that no such caller meets or a deny that stops them all. Everything else is undecided.
    """
    inert = _inert(venue, statement)
    if inert is not None:
        return Outcome(msgspec.structs.replace(inert, where=via))
    shut: list[str] = []
    unclear: list[str] = []
    denies: dict[int, Statement] = {}
    for way in ways:
        for spot in _spots(venue, statement, way):
            room, reason, stopping = _room(venue, way, statement, spot)
            denies.update((deny.index, deny) for deny in stopping)
            if reason:
                shut.append(reason)
                continue
            request = _request(venue, way, statement, spot, room)
            if request is not None:
                reason = f"{via} allows {request.action} on {request.resource}"
                return Outcome(Answer(Reached.YES, reason, via, request, venue.keys), tuple(denies.values()))
            unclear.append(_why_unclear(venue, way, statement, spot))
    if unclear:
        return Outcome(Answer(Reached.UNDECIDED, f"{via}: {unclear[0]}", via), tuple(denies.values()))
    reason = f"{via}: {shut[0]}" if shut else f"{via} is not about them"
    return Outcome(Answer(Reached.NO, reason, via), tuple(denies.values()))


def _inert(venue: Venue, statement: Statement) -> Answer | None:
    """The answer for a statement whose actions and resources do not meet, whoever calls."""
    actions = named_actions(statement)
    if not actions:
        foreign = statement.actions and not any(_may_be_s3(text) for text in statement.actions)
        if foreign or statement.not_actions is not None:
            return Answer(Reached.NO, "the statement names no action of S3")
        return Answer(Reached.UNDECIDED, f"no action of S3 is known by the name {', '.join(statement.actions or ())}")
    if not any(_meets(venue, statement, action) for action in actions):
        reason = f"{actions[0]} and the resources that the statement names do not meet in {venue.root}"
        return Answer(Reached.NO, reason)
    return None


def _may_be_s3(text: str) -> bool:
    service = text.partition(":")[0].lower()
    return service == "s3" or "*" in service or "?" in service


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
    for action in named_actions(statement):
        if not _meets(venue, statement, action):
            continue
        kind = (action in OBJECT, action in OWNER_ONLY, *venue.acting[action])
        signature = (*kind, *(way.kind(key, action) for key in venue.keys))
        if signature in seen:
            continue
        seen.add(signature)
        for keys in _key_globs(venue, statement, way.lookup) if action in OBJECT else [None]:
            yield Spot(action, keys)


def _room(
    venue: Venue, way: Way, statement: Statement, spot: Spot
) -> tuple[AddressSet, str | None, tuple[Statement, ...]]:
    """The addresses from which a request could still pass; why none can; and the denies that stop them."""
    fitted = fit(way, statement, spot.action, variables=venue.policy.variables)
    if fitted.failing is not None:
        return fitted.addresses, f"only {fence(fitted.failing)}", ()
    room = fitted.addresses & way.addresses
    if way.walls and room.narrow:
        return room, f"only {counted(room)}", ()
    stopping = []
    for deny in venue.policy.statements:
        if deny.allows or not _stops(venue, way, deny, spot):
            continue
        found = fit(way, deny, spot.action, variables=venue.policy.variables)
        if found.holds:
            stopping.append(deny)
            room -= found.addresses
        if not room or (way.walls and room.narrow):
            return room, _denied(deny), tuple(stopping)
    return room, _behind(venue, way, spot), tuple(stopping)


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
        return any(covers(wide, spot.keys) for wide in object_globs(venue, plain, way.lookup))
    return all(apart(one, spot.keys) for one in object_globs(venue, deny.not_resources or (), way.lookup))


def _behind(venue: Venue, way: Way, spot: Spot) -> str | None:
    """Why the bucket's own policy lets nobody of a way in through this access point; None when it may."""
    if venue.behind is None:
        return None
    policy = venue.behind.policy
    for statement in policy.statements:
        if statement.allows and acts(statement, spot.action):
            about = any(applies_to(statement, one.caller) is not False for one in stand_ins(venue, way))
            if about and fit(way, statement, spot.action, variables=policy.variables).holds is not False:
                return None
    return "the bucket policy lets them in through no access point"


def _request(venue: Venue, way: Way, statement: Statement, spot: Spot, room: AddressSet) -> Request | None:
    """A request that passes; none is made up for what a service does on behalf of others, or S3 refuses by itself."""
    if way.channel == "service" or _refused_outside(way, spot):
        return None
    return witness(venue, way, statement, spot.action, room)


def _refused_outside(way: Way, spot: Spot) -> bool:
    owner = way.known.get("aws:resourceaccount") or ()
    return spot.action in OWNER_ONLY and (way.party is None or way.party.account not in owner)


def _why_unclear(venue: Venue, way: Way, statement: Statement, spot: Spot) -> str:
    if _refused_outside(way, spot):
        return f"S3 answers {spot.action} to the owner's account only; whether anything else is open was not found"
    if way.channel == "service":
        return "an AWS service may act for anybody whose resource fits the condition"
    hidden = [c.key for c in statement.conditions if way.kind(c.key.lower(), spot.action) is Kind.HIDDEN]
    if hidden:
        return f"what a request carries as {hidden[0]} cannot be told"
    maybe = [deny.label for deny in venue.policy.statements if not deny.allows and acts(deny, spot.action)]
    if maybe:
        return f"every request tried was stopped, perhaps by {maybe[0]}; that none can pass is not proven"
    return "no request was found that meets its conditions; that there is none is not proven"
