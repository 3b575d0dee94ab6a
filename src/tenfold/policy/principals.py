"""Whom a Principal element means: one entry is one kind of party."""

import enum
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from tenfold.model.arn import Arn
from tenfold.policy.conditions import any_of
from tenfold.policy.parse import Principals, Statement

_ACCOUNT = re.compile(r"\d{12}")
_STALE = re.compile(r"(AIDA|AROA)[A-Z0-9]{12,}")
_ORIGIN_ACCESS = "user/CloudFront Origin Access Identity "


class Who(enum.StrEnum):
    """The classes of who can reach a resource, widest first."""

    ANYONE = "anyone"
    ANY_ACCOUNT = "any AWS account"
    ORGANISATION = "organisation"
    ACCOUNT = "account"
    PRINCIPAL = "principal"
    SERVICE = "service"
    FEDERATED = "federated"
    CANONICAL = "canonical user"
    DELIVERY = "AWS log delivery"
    SAME_ACCOUNT = "same account"
    NOBODY = "nobody"


class Party(msgspec.Struct, frozen=True):
    """One entry of a Principal element, or one value of a condition: its class and its name.

    `account` is its 12 digits when they are known; for a service, the account it acts for. `within` are
    organisations of which it must belong to one. `pin` is a context key and the value by which it was named.
    """

    who: Who
    name: str
    account: str = ""
    within: tuple[str, ...] = ()
    pin: tuple[str, str] | None = None


def parties(named: Principals, canonical_accounts: Mapping[str, str]) -> Iterator[Party]:
    """Every entry as a party. `canonical_accounts` maps S3 canonical user ids to account ids, as far as known."""
    if named.everyone:
        yield Party(Who.ANYONE, "*")
    yield from map(aws_party, named.aws)
    yield from (Party(Who.SERVICE, name) for name in named.service)
    yield from (Party(Who.FEDERATED, name, account_of(name)) for name in named.federated)
    yield from (Party(Who.CANONICAL, name, canonical_accounts.get(name, "")) for name in named.canonical)


def aws_party(name: str) -> Party:
    """The party of one entry under AWS: account, principal, CloudFront identity, or a stale id that is nobody."""
    if _ACCOUNT.fullmatch(name):
        return Party(Who.ACCOUNT, name, name)
    if _STALE.fullmatch(name):
        return Party(Who.NOBODY, name)
    account = account_of(name)
    if account and Arn.parse(name).resource == "root":
        return Party(Who.ACCOUNT, account, account)
    if not account and f":iam::cloudfront:{_ORIGIN_ACCESS}" in name:
        return Party(Who.SERVICE, name)
    return Party(Who.PRINCIPAL, name, account)


def open_to_all(provider: str) -> bool:
    """True for a web identity provider named by its domain, where anybody may hold an identity; not for an ARN."""
    return not provider.startswith("arn:")


def account_of(name: str) -> str:
    """The 12 digits of the account in an ARN; empty when there are none."""
    try:
        account = Arn.parse(name).account
    except ValueError:
        return ""
    return account if _ACCOUNT.fullmatch(account) else ""


def well_formed(name: str) -> bool:
    """Whether a name has all parts of an ARN."""
    try:
        Arn.parse(name)
    except ValueError:
        return False
    return True


class Caller(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who makes a request.

    `kind` is anonymous, aws, service, federated or canonical (an S3 user id whose account is not known). `names`
    are all the names of an aws caller that a policy may use, the account id first: id, user or role ARN, session
    ARN; for the others the one name they have. `canonical` is the S3 user id of an aws caller's account, if known.
    """

    kind: str = "anonymous"
    names: tuple[str, ...] = ()
    canonical: str = ""

    @property
    def account(self) -> str:
        """The account id of an aws caller; empty for others."""
        return self.names[0] if self.kind == "aws" else ""


def applies_to(statement: Statement, caller: Caller) -> bool | None:
    """Whether a statement is about the caller; one without Principal element is about whoever it is attached to.

    NotPrincipal leaves out who is named with all of his names. A deny reaches the others of an account that is
    named beside one of its users; what becomes of one named by his ARN but not by his account is a case that the
    documentation warns of without deciding: None.
    """
    named = statement.principals or statement.not_principals
    if named is None:
        return True
    held = [True] if named.everyone else _held(named, caller)
    if statement.principals is not None:
        return any_of(held)
    if all(one is False for one in held):
        return True
    if all(held):
        return False
    account_only = caller.kind == "aws" and not any(held[1:])
    return True if account_only and not statement.allows else None


@lru_cache(maxsize=1024)
def _listed(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(one.account if one.who is Who.ACCOUNT else one.name for one in map(aws_party, names))


def _held(named: Principals, caller: Caller) -> list[bool | None]:
    """For each name of the caller, whether the element holds it."""
    if caller.kind == "canonical":
        return [True if caller.names[0] in named.canonical else None if named.aws else False]
    if caller.kind != "aws":
        return [name in getattr(named, caller.kind, ()) for name in caller.names]
    listed = _listed(named.aws)
    held: list[bool | None] = [name in listed for name in caller.names]
    return [*held, True] if caller.canonical in named.canonical else held
