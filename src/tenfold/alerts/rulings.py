"""The file in which people write down what is meant to be so, and what is whose."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec

from tenfold.alerts.acceptances import sound
from tenfold.alerts.owners import OwnerRule
from tenfold.model.alert import Acceptance
from tenfold.model.errors import ConfigError


class Accept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[[accept]]`: a `key`, or a `check` (or detection) with an `arn` pattern; all else is needed.

    Days begin and end in UTC; the whole day of `expires` still counts.
    """

    key: str = ""
    check: str = ""
    arn: str = ""
    reason: str
    approver: str
    accepted: date
    expires: date

    def acceptance(self) -> Acceptance:
        """The acceptance that it is.

        Raises:
            ConfigError: when it does not say of what, or is not sound.
        """
        if bool(self.key) == bool(self.check and self.arn):
            raise ConfigError("an acceptance needs either a key, or a check and an arn", where=self.reason)
        key = self.key or f"{self.check}|{self.arn}"
        return sound(Acceptance(key, self.reason, self.approver, _begin(self.accepted), end_of(self.expires)))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    accept: tuple[Accept, ...] = ()
    owner: tuple[OwnerRule, ...] = ()


class Rulings(msgspec.Struct, frozen=True):
    """What the file says."""

    acceptances: tuple[Acceptance, ...] = ()
    owners: tuple[OwnerRule, ...] = ()


def load(path: Path) -> Rulings:
    """Read the file, TOML.

    Raises:
        ConfigError: when it cannot be read, or one of its entries cannot be used; says which.
    """
    try:
        file = msgspec.toml.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise ConfigError(f"the acceptances cannot be read: {error.strerror}", where=str(path)) from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"the acceptances cannot be used: {error}", where=str(path)) from error
    return Rulings(tuple(each.acceptance() for each in file.accept), file.owner)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def end_of(day: date) -> datetime:
    """When the day of an expiry is over, in UTC.

    Raises:
        ConfigError: there is no day after it.
    """
    if day == date.max:
        raise ConfigError(f"an acceptance must expire, and {day} never comes")
    return datetime.combine(day + timedelta(days=1), time.min, UTC)
