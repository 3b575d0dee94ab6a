"""Who makes a request, and the ways in which a Principal element can name him."""

import enum
import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from tenfold.model.arn import Arn
from tenfold.model.errors import InputError
from tenfold.policy.callers_table import (
    IDENTITY_CENTER_NAME,
    IDENTITY_CENTER_PATH,
    PROVIDERS,
    SERVICE_LINKED_NAME,
    SERVICE_LINKED_PATH,
    SERVICE_SUFFIXES,
)
from tenfold.policy.conditions import any_of
from tenfold.policy.parse import Principals

_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ACCOUNT = re.compile(r"\d{12}")


class Kind(enum.Enum):
    """The kinds of callers, as the IAM guide's table of principals has them."""

    ANONYMOUS = "anonymous"
    SERVICE = "AWS service"
    PROVIDER = "identity provider"
    ROOT = "root user"
    USER = "IAM user"
    ROLE = "role session"
    FEDERATED = "federated user session"


OF_ACCOUNTS = frozenset({Kind.ROOT, Kind.USER, Kind.ROLE, Kind.FEDERATED})
"""Callers who belong to an account, and whom that account's policies are about."""


class Principal(msgspec.Struct, frozen=True):
    """Who makes a request.

    `arn` is that of the user, the role, the account's root or the federated user; `session` the ARN of a role
    session, empty when only the role is known, and `role` the role's name. `placed` says that the path in a role's
    ARN is known. `names` are those of a service or an identity provider, `id` the unique id (AIDA..., AROA...).
    """

    kind: Kind
    account: str = ""
    arn: str = ""
    session: str = ""
    role: str = ""
    placed: bool = True
    names: tuple[str, ...] = ()
    id: str = ""

    @property
    def service_linked(self) -> bool:
        """A role that a service made for itself, which no organisation's policy limits."""
        if self.kind is not Kind.ROLE:
            return False
        return f":{SERVICE_LINKED_PATH}" in self.arn or (not self.placed and self.role.startswith(SERVICE_LINKED_NAME))


ANONYMOUS = Principal(Kind.ANONYMOUS)


def principal(text: str | None, context: Mapping[str, tuple[str, ...]]) -> Principal:
    """The caller of a name: an ARN, the name of a service or an identity provider, None for no credentials.

    Args:
        text: the name.
        context: keys in lower case; `aws:PrincipalArn` tells the path of a session's role, `aws:userid` the id.

    Raises:
        InputError: when it is no name of a caller.
    """
    if text is None:
        return ANONYMOUS
    if text.startswith("arn:"):
        return _by_arn(text, context)
    if text.endswith(SERVICE_SUFFIXES) and text not in PROVIDERS:
        also = (*context.get("aws:principalservicename", ()), *context.get("aws:principalservicenameslist", ()))
        return Principal(Kind.SERVICE, names=tuple(dict.fromkeys((text, *also))))
    if _DOMAIN.fullmatch(text):
        return Principal(Kind.PROVIDER, names=(text,))
    raise InputError(f"{text!r} is no name of a caller", where="principal")


def _by_arn(text: str, context: Mapping[str, tuple[str, ...]]) -> Principal:
    try:
        arn = Arn.parse(text)
    except ValueError:
        raise InputError(f"{text!r} is not a whole ARN", where="principal") from None
    kind, _, name = arn.resource.partition("/")
    unique = next(iter(context.get("aws:userid", ())), "").partition(":")[0]
    known = next(iter(context.get("aws:principalarn", ())), "")
    made = _MAKERS.get((arn.service, kind))
    if made is None or (kind != "root" and not name):
        raise InputError(f"{text!r} is the ARN of nobody who makes requests", where="principal")
    return made(arn, name, unique, known)


def _root(arn: Arn, _name: str, _unique: str, _known: str) -> Principal:
    return Principal(Kind.ROOT, arn.account, str(arn))


def _user(arn: Arn, _name: str, unique: str, _known: str) -> Principal:
    if not _ACCOUNT.fullmatch(arn.account):  # CloudFront's origin access identities are written as users
        return Principal(Kind.SERVICE, names=(str(arn),))
    return Principal(Kind.USER, arn.account, str(arn), id=unique)


def _role(arn: Arn, name: str, unique: str, _known: str) -> Principal:
    return Principal(Kind.ROLE, arn.account, str(arn), role=name.rpartition("/")[2], id=unique)


def _session(arn: Arn, name: str, unique: str, known: str) -> Principal:
    role = name.partition("/")[0]
    path = IDENTITY_CENTER_PATH if role.startswith(IDENTITY_CENTER_NAME) else ""
    plain = str(Arn(arn.partition, "iam", "", arn.account, f"role/{path}{role}"))
    placed = _names_role(known, arn.account, role)
    return Principal(Kind.ROLE, arn.account, known if placed else plain, str(arn), role, placed, id=unique)


def _federated(arn: Arn, _name: str, _unique: str, _known: str) -> Principal:
    return Principal(Kind.FEDERATED, arn.account, str(arn))


def _provider(arn: Arn, _name: str, _unique: str, _known: str) -> Principal:
    return Principal(Kind.PROVIDER, names=(str(arn),))


_MAKERS = {
    ("iam", "root"): _root,
    ("iam", "user"): _user,
    ("iam", "role"): _role,
    ("iam", "saml-provider"): _provider,
    ("iam", "oidc-provider"): _provider,
    ("sts", "assumed-role"): _session,
    ("sts", "federated-user"): _federated,
}


class Named(enum.Enum):
    """The ways in which a Principal element names a caller; what else must allow depends on them."""

    EVERYONE = "everyone"
    ACCOUNT = "the account"
    ROLE = "the role, or the user who asked for the session"
    DIRECT = "the caller himself"


Names = dict[Named, bool | None]
"""The ways in which a caller is named; None for one that cannot be told."""


def ways(named: Principals, caller: Principal, canonical: Mapping[str, str]) -> Names:
    """The ways in which an element names a caller; None for one that cannot be told, none at all when it does not.

    `canonical` maps canonical user ids to account ids, as far as known.
    """
    found: Names = {Named.EVERYONE: True} if named.everyone else {}
    if caller.kind is Kind.SERVICE:
        if not set(caller.names).isdisjoint((*named.service, *named.aws)):
            found[Named.DIRECT] = True
    elif caller.kind is Kind.PROVIDER:
        if not set(caller.names).isdisjoint(named.federated):
            found[Named.DIRECT] = True
    elif caller.kind in OF_ACCOUNTS:
        held = {way: _held(way, named, caller) for way in (Named.ACCOUNT, Named.ROLE, Named.DIRECT)}
        held[Named.ACCOUNT] = any_of((held[Named.ACCOUNT], _canonically(named, caller, canonical)))
        found |= {way: one for way, one in held.items() if one is not False}
    return found


def spares(named: Principals, caller: Principal, canonical: Mapping[str, str]) -> bool | None:
    """Whether a NotPrincipal leaves a caller out: it must hold all his names, account, role and session alike."""
    found = ways(named, caller, canonical)
    if found.get(Named.EVERYONE) or caller.kind not in OF_ACCOUNTS:
        return any_of(found.values())
    asked = {Kind.ROOT: (Named.ACCOUNT,), Kind.ROLE: (Named.ACCOUNT, Named.ROLE, Named.DIRECT)}
    answers = [found.get(way, False) for way in asked.get(caller.kind, (Named.ACCOUNT, Named.DIRECT))]
    return None if None in answers and False not in answers else all(answers)


def _held(way: Named, named: Principals, caller: Principal) -> bool | None:
    accounts, arns, roles = _listed(named.aws)
    if way is Named.ACCOUNT:
        return caller.account in accounts
    if way is Named.ROLE and caller.kind is Kind.FEDERATED:
        return _any_user(caller, arns)
    if way is Named.ROLE:
        return caller.kind is Kind.ROLE and (caller.arn in arns or caller.id in arns or _by_name(caller, roles))
    if caller.kind is Kind.ROLE:
        return caller.session in arns if caller.session else _any_session(caller, arns)
    return caller.kind is not Kind.ROOT and (caller.arn in arns or bool(caller.id and caller.id in arns))


def _by_name(caller: Principal, roles: frozenset[tuple[str, str]]) -> bool:
    """A role whose path is not known goes by its name, which no two roles of an account have in common."""
    return not caller.placed and (caller.account, caller.role) in roles


def _any_session(caller: Principal, arns: frozenset[str]) -> bool | None:
    start = f":sts::{caller.account}:assumed-role/{caller.role}/"
    return None if any(start in arn for arn in arns) else False


def _any_user(caller: Principal, arns: frozenset[str]) -> bool | None:
    """A federated user's session is limited as the user is who asked for it, and does not tell who that is."""
    start = f":iam::{caller.account}:user/"
    return None if any(start in arn for arn in arns) else False


def _canonically(named: Principals, caller: Principal, canonical: Mapping[str, str]) -> bool | None:
    """Whether the S3 user id of the caller's account is there; it is not known of accounts that nobody told of."""
    accounts = [canonical.get(name) for name in named.canonical]
    if caller.account in accounts:
        return True
    return None if None in accounts and caller.account not in canonical.values() else False


@lru_cache(maxsize=1024)
def _listed(names: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[tuple[str, str]]]:
    """The entries under AWS: account ids, other names, and roles by account and name."""
    accounts, others, roles = set(), set(), set()
    for name in names:
        _, _, end = name.rpartition(":")
        parts = name.split(":", 5)
        if _ACCOUNT.fullmatch(name):
            accounts.add(name)
        elif end == "root" and len(parts) == 6:  # noqa: PLR2004 - the parts of an ARN
            accounts.add(parts[4])
        else:
            others.add(name)
        if len(parts) == 6 and parts[5].startswith("role/"):  # noqa: PLR2004 - the parts of an ARN
            roles.add((parts[4], end.rpartition("/")[2]))
    return frozenset(accounts), frozenset(others), frozenset(roles)


def _names_role(arn: str, account: str, role: str) -> bool:
    return (account, role) in _listed((arn,))[2]
