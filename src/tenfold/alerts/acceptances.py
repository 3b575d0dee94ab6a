"""What somebody said is meant to be so: for how long it holds, and what it hides."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from tenfold.alerts.glob import matches
from tenfold.model.alert import Acceptance
from tenfold.model.clock import Clock
from tenfold.model.errors import ConfigError
from tenfold.model.evidence import Evidence
from tenfold.model.finding import Finding, Status
from tenfold.store import acceptances as rows
from tenfold.store import incidents
from tenfold.store.incidents import Member
from tenfold.store.store import Store


class Judged(msgspec.Struct, frozen=True):
    """How many members of incidents the acceptance of a key hides, and whether it holds.

    `acceptance` is None when it was taken back: alerts that it hid stay hidden, and are shown here.
    """

    key: str
    hides: int
    in_force: bool
    acceptance: Acceptance | None


class InForce:
    """The acceptances that hold at one moment."""

    def __init__(self, acceptances: Sequence[Acceptance], now: datetime) -> None:
        self._acceptances = [each for each in acceptances if _holds(each, now)]

    @classmethod
    def read(cls, connection: Connection, file: Sequence[Acceptance], now: datetime) -> "InForce":
        """Those of the file, then those of the store."""
        return cls([*file, *rows.read(connection)], now)

    def of_finding(self, finding: Finding) -> Acceptance | None:
        """The first that covers a finding."""
        return self._first(finding.check, finding.arn, finding.key)

    def judged(self, finding: Finding) -> Finding:
        """The finding itself; ACCEPTED when it is open and covered."""
        covered = finding.status is Status.OPEN and self.of_finding(finding)
        return replace(finding, status=Status.ACCEPTED) if covered else finding

    def of_member(self, member: Member) -> Acceptance | None:
        """The first that covers an alert or finding, or its whole incident by the incident's own key."""
        return self._first(member.rule, member.arn, member.key, member.incident)

    def _first(self, rule: str, arn: str, *keys: str) -> Acceptance | None:
        named = (f"{rule}|{arn}", *keys)
        return next((a for a in self._acceptances if any(matches(a.key, name) for name in named)), None)


class Acceptances:
    """Acceptances in the store, beside those of a file."""

    def __init__(self, store: Store, clock: Clock, file: Sequence[Acceptance] = ()) -> None:
        self._store, self._clock, self._file = store, clock, tuple(file)

    def accept(self, key: str, reason: str, approver: str, expires_at: datetime) -> Acceptance:
        """Say that something is meant to be so until `expires_at`; replaces what was said of the same key.

        Args:
            key: of a finding or incident, or a pattern `CHECK|ARN` with `*` and `?`.
            reason: why.
            approver: who says so.
            expires_at: aware, and still to come.

        Raises:
            ConfigError: when reason or approver is empty, the key fits everything, or the expiry is past.
        """
        acceptance = sound(Acceptance(key, reason, approver, self._clock.now(), expires_at))
        with self._store.writing() as connection:
            rows.put(connection, acceptance)
        return acceptance

    def withdraw(self, key: str) -> bool:
        """Take back what was said of a key; whether there was anything in the store."""
        with self._store.writing() as connection:
            return rows.remove(connection, key)

    def in_force(self) -> InForce:
        """Those that hold now."""
        with self._store.reading() as connection:
            return InForce.read(connection, self._file, self._clock.now())

    def all(self) -> list[Judged]:
        """Every acceptance, expired ones too, with what it hides; by key. Of two of one key that of the file counts."""
        now = self._clock.now()
        with self._store.reading() as connection:
            hides = {each.acceptance: each.count for each in incidents.hidden(connection)}
            said = {each.key: each for each in (*rows.read(connection), *self._file)}
        return [
            Judged(key, hides.get(key, 0), key in said and _holds(said[key], now), said.get(key))
            for key in sorted(said.keys() | hides.keys())
        ]


def sound(acceptance: Acceptance) -> Acceptance:
    """The acceptance itself, when it says why, by whom, of what and until when.

    Raises:
        ConfigError: when it does not.
    """
    if not acceptance.reason.strip() or not acceptance.approver.strip():
        raise ConfigError("an acceptance needs a reason and an approver", where=acceptance.key)
    if not acceptance.key.strip("*?|"):
        raise ConfigError("an acceptance must not cover everything", where=acceptance.key)
    if acceptance.expires_at <= acceptance.accepted_at:
        raise ConfigError("an acceptance must expire after it was given", where=acceptance.key)
    return acceptance


def _holds(acceptance: Acceptance, now: datetime) -> bool:
    return acceptance.accepted_at <= now < acceptance.expires_at


def proof_of(acceptance: Acceptance) -> Evidence:
    """The acceptance as what closes an incident."""
    seen = msgspec.to_builtins(acceptance, builtin_types=(datetime,))
    return Evidence("acceptance", seen, acceptance.accepted_at)
