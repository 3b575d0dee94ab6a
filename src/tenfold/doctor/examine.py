"""The examination: each row says what was tried, how it went, and what to do about it."""

import enum
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

import msgspec

from tenfold.aws import partitions
from tenfold.aws.answer import Answer, ask
from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.aws.faults import KEYS_REFUSED, SIGNATURE_REFUSED
from tenfold.aws.least_privilege import actions_for
from tenfold.inventory.accounts import OrganizationAccount, organization_accounts
from tenfold.inventory.collect import Wanted, enabled_regions, read_facet
from tenfold.inventory.registry import Collector, catalogue
from tenfold.model.arn import Scope
from tenfold.model.clock import Clock
from tenfold.model.errors import TenfoldError, contain
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT, Absent, Json, Resource
from tenfold.store.store import Store

_PACKAGES = ("tenfold", "boto3", "botocore", "msgspec", "sqlalchemy", "alembic", "typer", "rich", "moto")
_TASTE = 25
"""Resources of a list that are looked at; with the facets of one of each kind that bounds the number of calls."""
_LET_IN = (GapKind.GONE, GapKind.NOT_READ)
"""Nothing was there to be read, though AWS let us in."""
_ASSUME = "sts:AssumeRole"


class Health(enum.StrEnum):
    """How one thing is."""

    GOOD = "good"
    MISSING = "missing"
    BAD = "bad"


class Symptom(msgspec.Struct, frozen=True):
    """One thing that was looked at: how it is, in detail, and what to do next."""

    what: str
    health: Health
    detail: str
    next: str = ""


def versions() -> Iterator[Symptom]:
    """What is installed; the sandbox's moto may be missing."""
    yield Symptom("python", Health.GOOD, f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for package in _PACKAGES:
        try:
            yield Symptom(package, Health.GOOD, version(package))
        except PackageNotFoundError:
            yield Symptom(package, Health.MISSING, "not installed", "pip install 'tenfold[sandbox]'")


def state(path: Path, clock: Clock) -> Symptom:
    """Whether the state can be opened and written."""

    def look() -> Symptom:
        with Store.open(path, clock) as store:
            run = store.latest_run()
        last = f"last run {run.started_at:%Y-%m-%d %H:%M} UTC" if run else "no run yet"
        return Symptom("state", Health.GOOD, f"{path}; {last}")

    return contain(look, lambda error: _bad("state", error))


def reach(connect: Callable[[], Connection], wanted: Wanted) -> Iterator[Symptom]:
    """Credentials, organisation, regions, the role, and what is wanted: a taste of every list and of every facet.

    Where a role enters other accounts, lists and facets are tried in one of those, else in our own.
    """
    answer = contain(lambda: _identified(connect()), lambda error: _bad("credentials", error))
    if isinstance(answer, Symptom):
        yield answer
        return
    yield Symptom("credentials", Health.GOOD, f"{answer.identity().arn} in partition {answer.identity().partition}")
    client = _client(answer)
    accounts = ask(lambda: organization_accounts(client), client.clock)
    yield _tried("organisation", accounts, _counted)
    yield _tried("regions", ask(lambda: enabled_regions(client), client.clock), _named)
    if client.settings.role:
        other = _another(accounts, client)
        entry = _entry(other)
        yield entry
        client = other if other and entry.health is Health.GOOD else client
    for collector in catalogue().collectors:
        if wanted.keys() & set(collector.kinds):
            yield from _tasted(collector, client, wanted)


def examine(connect: Callable[[], Connection], path: Path, clock: Clock, wanted: Wanted) -> Sequence[Symptom]:
    """The whole examination.

    Args:
        connect: makes the connection to AWS.
        path: the state.
        clock: dates what is read.
        wanted: the kinds and facets that are going to be read.
    """
    return [*versions(), state(path, clock), *reach(connect, wanted)]


def _identified(connection: Connection) -> Connection:
    connection.identity()
    return connection


def _client(connection: Connection) -> Client:
    identity = connection.identity()
    return Client(connection, Scope(identity.partition, identity.account, partitions.global_region(identity.partition)))


def _counted(accounts: Sequence[OrganizationAccount]) -> str:
    return f"{sum(account.active for account in accounts)} active account(s)" if accounts else "none"


def _named(regions: Sequence[str]) -> str:
    return f"{len(regions)} enabled: {', '.join(regions[:4])}{', ...' if len(regions) > 4 else ''}"  # noqa: PLR2004 - a taste


def _another(accounts: Answer | Absent | Gap, client: Client) -> Client | None:
    """An active account of the organisation that is not ours."""
    known = accounts.value if isinstance(accounts, Answer) else ()
    others = (account.id for account in known if account.active and account.id != client.scope.account)
    return next((client.in_account(other) for other in others), None)


def _entry(other: Client | None) -> Symptom:
    """Whether the role lets us into the other account."""
    if other is None:
        return Symptom("role", Health.GOOD, "not tried: no other active account is known")
    who = ask(lambda: other.call("sts:GetCallerIdentity"), other.clock)
    return _tried("role", who, lambda said: f"{said['Arn']}; lists and facets below are tried there")


def _tasted(collector: Collector, client: Client, wanted: Wanted) -> Iterator[Symptom]:
    """How the list is, and one row for the facets of the first resource of each kind."""
    where = client if collector.where == "global" else client.in_region(client.home_region)
    found: dict[str, Resource] = {}
    read = ask(lambda: _taste(collector, where, found), client.clock)
    yield _tried(", ".join(collector.kinds), read, str)
    for kind in sorted(found.keys() & wanted.keys()):
        yield from _sides(found[kind], client.in_region(found[kind].scope.region), wanted[kind])


def _taste(collector: Collector, client: Client, found: dict[str, Resource]) -> str:
    for resource in islice(collector.collect(client), _TASTE):
        found.setdefault(resource.kind, resource)
    return "readable" if found else "readable, none there"


def _sides(resource: Resource, client: Client, wanted: Iterable[str]) -> Iterator[Symptom]:
    """How many facets can be read, and each one that cannot."""
    sides = [_side(resource, client, name) for name in sorted(set(wanted) - resource.facets.keys())]
    good = sum(side.health is Health.GOOD for side in sides)
    if sides:
        said = f"{good} of {len(sides)} readable, tried on {resource.arn}"
        yield Symptom(f"{resource.kind} facets", Health.GOOD, said)
    yield from (side for side in sides if side.health is not Health.GOOD)


def _side(resource: Resource, client: Client, name: str) -> Symptom:
    read = read_facet(client, resource, name)
    return _tried(f"{name} of {resource.kind}", read.gap or ABSENT, str)


def _tried(what: str, answer: Answer | Absent | Gap, say: Callable[[Json], str]) -> Symptom:
    if isinstance(answer, Gap):
        health = Health.GOOD if answer.kind in _LET_IN else Health.MISSING
        return Symptom(what, health, f"{answer.kind}: {answer.reason}", _remedy(answer))
    return Symptom(what, Health.GOOD, say(answer.value) if isinstance(answer, Answer) else "none")


def _remedy(gap: Gap) -> str:
    if gap.kind is GapKind.FENCED:
        return f"exempt the role that tenfold uses from {gap.scp}"
    if gap.kind is not GapKind.DENIED or not gap.call:
        return ""
    if KEYS_REFUSED in gap.reason or SIGNATURE_REFUSED in gap.reason:
        return "enable the region, or check the keys and this machine's clock"
    allow = "allow " + ", ".join(actions_for([gap.call]))
    return f"{allow} on that role, and let its trust policy name who calls" if gap.call == _ASSUME else allow


def _bad(what: str, error: Exception) -> Symptom:
    if isinstance(error, TenfoldError):
        return Symptom(what, Health.BAD, error.what + (f" ({error.where})" if error.where else ""), error.next)
    return Symptom(what, Health.BAD, f"{type(error).__name__}: {error}")
