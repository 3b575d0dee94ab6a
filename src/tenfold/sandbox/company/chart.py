"""The organisation chart: how many accounts, in which organisational units, with which tags."""

import random
from collections.abc import Iterator
from itertools import count, islice

import msgspec

from tenfold.sandbox.company.tables import (
    ACCOUNT_NAMES,
    BUSINESS_UNITS,
    DEVELOPMENT,
    ENVIRONMENTS,
    MANAGEMENT,
    PEOPLE,
    PRODUCTION,
    ROOT_UNIT,
    SECURITY,
    SERVICE_ACCOUNTS,
    SHORT,
)

LEAST, MOST = 4, 400
_UNITS = {
    MANAGEMENT: ROOT_UNIT,
    SECURITY: f"{ROOT_UNIT}/Security",
    PRODUCTION: f"{ROOT_UNIT}/Workloads/Production",
    DEVELOPMENT: f"{ROOT_UNIT}/Workloads/Development",
}
_TEAM = 7  # accounts that one owner has, about
_UNOWNED = 6  # one account in so many does not say whose it is


class Seat(msgspec.Struct, frozen=True):
    """An account before it is made: its part in the company, its name in Organizations, `short` for names in it.

    `unit` is the path of its organisational unit.
    """

    role: str
    title: str
    short: str
    unit: str
    tags: dict[str, str] = {}


def chart(seed: int, accounts: int) -> tuple[Seat, ...]:
    """The accounts of a company, the management account first.

    Raises:
        ValueError: when a company of that size is not planted.
    """
    if not LEAST <= accounts <= MOST:
        raise ValueError(f"a company has {LEAST} to {MOST} accounts, not {accounts}")
    rng = random.Random(f"{seed}/chart")  # noqa: S311 - it must repeat itself, nothing here is secret
    seats = tuple(islice(_seats(rng), accounts))
    owners = rng.sample(PEOPLE, 1 + accounts // _TEAM)
    unowned = rng.sample(seats[1:], 1 + accounts // _UNOWNED)
    return tuple(
        msgspec.structs.replace(seat, tags=_tags(rng, owners, seat, unowned=seat in unowned)) for seat in seats
    )


def _seats(rng: random.Random) -> Iterator[Seat]:
    """One account after the other, without tags."""
    for role, unit in _UNITS.items():
        yield Seat(role, ACCOUNT_NAMES.get(role, role), SHORT[role], unit)
    for role, (short, unit) in SERVICE_ACCOUNTS.items():
        yield Seat(role, role, short, f"{ROOT_UNIT}/{unit}")
    units = rng.sample(BUSINESS_UNITS, len(BUSINESS_UNITS))
    for number in count(1):
        for unit in units:
            for environment, short in ENVIRONMENTS.items():
                beside = "" if number == 1 else f"-{number}"
                name, folder = f"{unit}-{environment}{beside}", f"{environment.title()}/{unit.title()}"
                yield Seat(name, name, f"{unit}-{short}{beside}", f"{ROOT_UNIT}/Workloads/{folder}")


def _tags(rng: random.Random, owners: list[str], seat: Seat, *, unowned: bool) -> dict[str, str]:
    """Its environment, and for most whose it is."""
    tags = {"environment": seat.unit.rsplit("/", maxsplit=1)[-1].lower() if seat.unit != ROOT_UNIT else MANAGEMENT}
    return tags if unowned else {"owner": rng.choice(owners), **tags}
