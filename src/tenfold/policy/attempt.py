"""One request as the evaluator sees it: with the context keys that follow from caller and resource."""

from collections.abc import Mapping

import msgspec

from tenfold.model.arn import Arn
from tenfold.policy.callers import Kind, Principal
from tenfold.policy.context_table import always_carried
from tenfold.policy.match import PRESENT, UNKNOWN, Values

Context = Mapping[str, tuple[str, ...]]
_TYPES = {
    Kind.ANONYMOUS: "Anonymous",
    Kind.ROOT: "Account",
    Kind.USER: "User",
    Kind.ROLE: "AssumedRole",
    Kind.FEDERATED: "FederatedUser",
}


class Attempt(msgspec.Struct, frozen=True):
    """One request: who asks for what, on a resource of which account (empty when not known).

    `context` has its keys in lower case; those in `unknown` may be there or not, with any value; those in `present`
    are there.
    """

    caller: Principal
    action: str
    resource: str
    account: str = ""
    context: Context = {}
    unknown: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()

    def lookup(self, key: str) -> Values:
        """The values under a key in lower case, None when the request has none, and what is not known of them."""
        if key in self.unknown:
            return UNKNOWN
        return PRESENT if key in self.present else self.context.get(key)

    @property
    def service(self) -> str:
        """The service whose action it is, such as `s3`."""
        return self.action.partition(":")[0].lower()

    def on(self, resource: str) -> "Attempt":
        """The same request, about another resource."""
        return msgspec.structs.replace(self, resource=resource)


def attempt(
    caller: Principal,
    action: str,
    resource: str,
    *,
    account: str = "",
    context: Context,
    unknown: frozenset[str] = frozenset(),
) -> Attempt:
    """A request with the keys that follow from caller and resource, unless the context gives them.

    Of a key that all requests of such a caller carry, and whose value follows from nothing here, no more is known.

    Args:
        caller: who asks.
        action: `service:Operation`, in any letter case.
        resource: the ARN, or `*` for an action without one.
        account: the account that owns the resource; empty takes it from the ARN.
        context: what the request carries, keys in lower case.
        unknown: keys of which nothing is known, in lower case.
    """
    owner = account or _part(resource, "account")
    full = {**_of_resource(action, resource, owner), **_of_caller(caller, context), **context}
    return Attempt(caller, action, resource, owner, full, unknown, always_carried(caller.kind) - full.keys())


def _of_caller(caller: Principal, context: Context) -> dict[str, tuple[str, ...]]:
    if caller.kind is Kind.SERVICE:
        return {
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": caller.names[:1],
            "aws:principalservicenameslist": caller.names,
        }
    found: dict[str, tuple[str, ...]] = {}
    if caller.kind in _TYPES:
        found["aws:principaltype"] = (_TYPES[caller.kind],)
    if caller.account:
        found["aws:principalarn"] = (caller.arn,)
        found["aws:principalaccount"] = (caller.account,)
        found["aws:principalisawsservice"] = ("false",)
        found["aws:viaawsservice"] = ("true" if "aws:calledvia" in context else "false",)
    return found | _names(caller)


def _names(caller: Principal) -> dict[str, tuple[str, ...]]:
    name = caller.arn.rpartition("/")[2]
    if caller.kind is Kind.ANONYMOUS:
        return {"aws:userid": ("anonymous",)}
    if caller.kind is Kind.ROOT:
        return {"aws:userid": (caller.account,)}
    if caller.kind is Kind.FEDERATED:
        return {"aws:userid": (f"{caller.account}:{name}",)}
    return {"aws:username": (name,)} if caller.kind is Kind.USER else {}


def _of_resource(action: str, resource: str, owner: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if owner:
        found["aws:resourceaccount"] = (owner,)
        if action.lower().startswith("s3:"):
            found["s3:resourceaccount"] = (owner,)
    region = _part(resource, "region")
    return found | ({"aws:requestedregion": (region,)} if region else {})


def _part(resource: str, name: str) -> str:
    try:
        return str(getattr(Arn.parse(resource), name))
    except ValueError:
        return ""
