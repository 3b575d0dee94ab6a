"""The examination: each row says what was tried, how it went, and what to do about it."""

import enum
import platform
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

import msgspec

from tenfold.aws import partitions
from tenfold.aws.answer import ask
from tenfold.aws.client import Client
from tenfold.aws.connection import Connection
from tenfold.aws.least_privilege import actions_for
from tenfold.inventory.accounts import organization_accounts
from tenfold.inventory.collect import enabled_regions
from tenfold.inventory.registry import Collector, catalogue
from tenfold.model.arn import Scope
from tenfold.model.clock import Clock
from tenfold.model.errors import TenfoldError, contain
from tenfold.model.gap import Gap, GapKind
from tenfold.model.resource import ABSENT, Json
from tenfold.store.store import Store

_PACKAGES = ("tenfold", "boto3", "botocore", "msgspec", "sqlalchemy", "alembic", "typer", "rich", "moto")


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


def reach(connect: Callable[[], Connection]) -> Iterator[Symptom]:
    """Credentials, organisation, regions, and one call of every list."""
    answer = contain(lambda: _identified(connect()), lambda error: _bad("credentials", error))
    if isinstance(answer, Symptom):
        yield answer
        return
    yield Symptom("credentials", Health.GOOD, f"{answer.identity().arn} in partition {answer.identity().partition}")
    client = _client(answer)
    yield _tried("organisation", lambda: _accounts(client), client)
    yield _tried("regions", lambda: _regions(client), client)
    for collector in catalogue().collectors:
        yield _listed(collector, client)


def examine(connect: Callable[[], Connection], path: Path, clock: Clock) -> Sequence[Symptom]:
    """The whole examination."""
    return [*versions(), state(path, clock), *reach(connect)]


def _identified(connection: Connection) -> Connection:
    connection.identity()
    return connection


def _client(connection: Connection) -> Client:
    identity = connection.identity()
    return Client(connection, Scope(identity.partition, identity.account, partitions.global_region(identity.partition)))


def _accounts(client: Client) -> str:
    found = organization_accounts(client)
    return f"{sum(account.active for account in found)} active account(s)" if found else "none"


def _regions(client: Client) -> str:
    regions = enabled_regions(client)
    return f"{len(regions)} enabled: {', '.join(regions[:4])}{', ...' if len(regions) > 4 else ''}"  # noqa: PLR2004 - a taste


def _listed(collector: Collector, client: Client) -> Symptom:
    where = client if collector.where == "global" else client.in_region(client.home_region)
    return _tried(", ".join(collector.kinds), lambda: _taste(collector, where), where)


def _taste(collector: Collector, client: Client) -> str:
    found = len(list(islice(collector.collect(client), 1)))
    return "readable" if found else "readable, none there"


def _tried(what: str, read: Callable[[], Json], client: Client) -> Symptom:
    answer = ask(read, client.clock)
    if answer is ABSENT:
        return Symptom(what, Health.GOOD, "none")
    if isinstance(answer, Gap):
        return Symptom(what, Health.MISSING, f"{answer.kind}: {answer.reason}", _remedy(answer))
    return Symptom(what, Health.GOOD, str(answer.value))


def _remedy(gap: Gap) -> str:
    if gap.kind is GapKind.DENIED and gap.call:
        return "allow " + ", ".join(actions_for([gap.call]))
    if gap.kind is GapKind.FENCED:
        return f"exempt the role that tenfold uses from {gap.scp}"
    return ""


def _bad(what: str, error: Exception) -> Symptom:
    if isinstance(error, TenfoldError):
        return Symptom(what, Health.BAD, error.what + (f" ({error.where})" if error.where else ""), error.next)
    return Symptom(what, Health.BAD, f"{type(error).__name__}: {error}")
