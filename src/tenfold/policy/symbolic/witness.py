"""From the values that the solver found to a whole request, and what the evaluator says of it."""

from collections.abc import Iterator
from typing import Final

import msgspec

from tenfold.policy.access import Access
from tenfold.policy.attempt import Attempt, attempt
from tenfold.policy.callers import ANONYMOUS, OF_ACCOUNTS, Kind, Named, Principal
from tenfold.policy.document import Effect
from tenfold.policy.evaluate import evaluate
from tenfold.policy.grants import concerned, granted
from tenfold.policy.parse import Policy, Statement
from tenfold.policy.s3_actions import OWNER_ONLY
from tenfold.policy.solver.solve import Model
from tenfold.policy.symbolic.shapes_table import ARN, CALLED_VIA, ID, LINKS, PROVIDER, RESOURCE, SAMPLE, SERVICE, TREES
from tenfold.policy.symbolic.views import Choice, Joined, Known, Several, Text, Untold, View
from tenfold.policy.symbolic.worlds import World

_LAYER = "resource_policy"
_OPEN: Final = (Policy((Statement(0, "Allow", actions=("*",), resources=("*",)),)),)
_SOMEBODY = {kind: f"{start}/someone" for kind, start in SAMPLE.items()} | {Kind.ROOT: "root"}
_STRANGE = "999999999999"


def request(world: World, model: Model) -> Attempt:
    """The request of a model: with all that policies ask of it, and no more."""
    caller = _caller(world, model)
    unknown = frozenset(key for key in world.vocabulary.mentioned if isinstance(world.view(key), Untold))
    return attempt(
        caller,
        world.target.name or _text(world.action, model),
        _text(world.resource, model),
        account=world.vocabulary.owner,
        context=_context(world, model, caller),
        unknown=unknown,
    )


def permitted(policy: Policy, asked: Attempt, canonical: dict[str, str]) -> bool | None:
    """Whether a policy itself lets a request through, the caller's own policies letting him do everything.

    None when that cannot be told, or when something else refuses the request.
    """
    said = granted(_LAYER, concerned(_LAYER, policy, asked), asked, canonical)
    way = said.gate(*Named, missing="").open
    if said.reading.denies or way is False:
        return False
    if said.reading.doubts or way is None:
        return None
    access = Access(identity=_OPEN, session=_OPEN, resource_policy=policy, canonical=canonical)
    account = asked.caller.account if asked.action in OWNER_ONLY else ""
    whole = msgspec.structs.replace(asked, account=account)
    return True if evaluate(whole, access).effect is Effect.ALLOW else None


def denials(policy: Policy, asked: Attempt, canonical: dict[str, str]) -> tuple[int, ...]:
    """The statements of a policy that deny a request, by their indices."""
    rows = concerned(_LAYER, policy, asked)
    return tuple(
        row[1].index for row in rows if not row[1].allows and granted(_LAYER, [row], asked, canonical).reading.denies
    )


def _caller(world: World, model: Model) -> Principal:
    if world.kind is Kind.ANONYMOUS:
        return ANONYMOUS
    if world.kind not in OF_ACCOUNTS:
        name = world.named(SERVICE if world.kind is Kind.SERVICE else PROVIDER)
        return Principal(world.kind, names=(_chosen(name, model),))
    arn = str(model.get(ARN) or f"{world.head}{_account(world)}:{_SOMEBODY[world.kind]}")
    account = arn.split(":")[4]
    if world.kind is not Kind.ROLE:
        unique = _text(world.unique_id, model) if world.kind is Kind.USER else ""
        return Principal(world.kind, account, arn, id=unique)
    role = arn.rpartition("/")[2]
    session = f"{world.head}{account}:assumed-role/{role}/{_text(world.session, model)}".replace(":iam:", ":sts:", 1)
    return Principal(world.kind, account, arn, session, role, id=_text(world.unique_id, model))


def _account(world: World) -> str:
    """An account of which nothing is asked."""
    return world.vocabulary.owner if world.target.owner_only and world.vocabulary.owner else _STRANGE


def _context(world: World, model: Model, caller: Principal) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if caller.id:
        found[ID] = (f"{caller.id}:{caller.session.rpartition('/')[2]}" if caller.session else caller.id,)
    for key in sorted(world.vocabulary.mentioned):
        values = _values(key, world.view(key), model)
        if values:
            found[key] = values
    return found | dict(_linked(found | {RESOURCE: (_text(world.resource, model),)})) | _forwarded(found)


def _values(key: str, view: View, model: Model) -> tuple[str, ...]:
    """What a request carries under a key, as far as it does not follow from caller and resource."""
    if isinstance(view, Known):
        return view.values or ()
    if isinstance(view, Several):
        return tuple(str(model[one.variable]) for one in view.elements if model.get(one.variable) is not None)
    if isinstance(view, Untold | Joined) or view.variable in (ARN, RESOURCE, ID):
        return ()
    if view.kind.optional and model.get(view.variable) is None:
        return ()
    if isinstance(view, Choice):
        return (_chosen(view, model),)
    text = _text(view, model)
    return (text.partition("/")[0] if key in TREES else text,)


def _linked(found: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What stands in ARNs, under the keys where it stands alone."""
    for arn_key, place, key in LINKS:
        parts = found[arn_key][0].split(":", 5) if {arn_key, key} <= found.keys() else []
        if len(parts) == 6 and parts[place]:  # noqa: PLR2004 - the parts of an ARN
            yield key, (parts[place],)


def _forwarded(found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The service that forwards a request, under all keys that name it."""
    called = next((found[key] for key in sorted(CALLED_VIA) if key in found), None)
    return dict.fromkeys(sorted(CALLED_VIA), called) if called else {}


def _chosen(view: Choice, model: Model) -> str:
    place = model.get(view.variable)
    return view.values[place] if isinstance(place, int) else view.values[-1]


def _text(view: Text, model: Model) -> str:
    found = model.get(view.variable)
    return found if isinstance(found, str) else view.kind.shape.shortest
