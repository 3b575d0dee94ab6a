"""Which sinks are told of what, and when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from tenfold.alerts.glob import matches
from tenfold.alerts.owners import Owners
from tenfold.alerts.quiet import Quiet, quiet_until
from tenfold.model.finding import Severity
from tenfold.store.incidents import Case

Level = Literal["info", "low", "medium", "high", "critical"]

_A_MONDAY = datetime.fromisoformat("2026-01-05T00:00:00+00:00")


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom incidents go that fit: `[[alerts.routes]]`.

    Args:
        sinks: names of sinks, as the configuration calls them.
        owner: pattern of the owner's name.
        severity: at least.
        kind: pattern of what the incident is about: the kind of a finding's resource (`s3.bucket`), or `alert`.
        quiet: when these sinks do not want to be told; critical incidents come all the same.
    """

    sinks: tuple[str, ...]
    owner: str = "*"
    severity: Level = "info"
    kind: str = "*"
    quiet: tuple[Quiet, ...] = ()

    def __post_init__(self) -> None:
        quiet_until(self.quiet, _A_MONDAY)

    def fits(self, case: Case) -> bool:
        """Whether an incident goes this way."""
        return (
            matches(self.owner, case.owner.name)
            and case.incident.severity >= Severity[self.severity.upper()]
            and matches(self.kind, case.lead.kind)
        )

    def due(self, severity: Severity, now: datetime) -> datetime:
        """When an incident of this severity may be told."""
        return now if severity is Severity.CRITICAL else quiet_until(self.quiet, now)


class Routing(msgspec.Struct, frozen=True):
    """Owners and routes. `fold` is how long an update waits, so that the next ones go out with it."""

    owners: Owners = Owners()
    routes: Sequence[Route] = ()
    fold: timedelta = timedelta(minutes=1)

    def due(self, case: Case, told: Collection[str], now: datetime) -> Mapping[str, datetime]:
        """The sinks that are told of an incident, and when; the earliest time where several routes name one sink.

        Args:
            case: the incident; every route that fits it counts.
            told: sinks that have heard of it and hear the rest too, though it may no longer fit their routes.
            now: the time.
        """
        due: dict[str, datetime] = {}
        for route in self.routes:
            at, fits = route.due(case.incident.severity, now), route.fits(case)
            due |= {sink: min(at, due.get(sink, at)) for sink in route.sinks if fits or sink in told}
        return due
