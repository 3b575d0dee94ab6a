"""`[alerts]` in the configuration, and what it makes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tenfold.alerts.owners import Owners
from tenfold.alerts.routing import Level, Route, Routing
from tenfold.alerts.rulings import Rulings, load
from tenfold.model.errors import ConfigError
from tenfold.sinks.registry import Deliver, bind


class AlertSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[alerts]`.

    Args:
        rulings: path of the file of acceptances and owners; empty for none.
        owner_tags: names of tags that hold an owner.
        stacks, units: the owner of a CloudFormation stack's or organisational unit's name.
        default_owner: who owns what nobody owns.
        findings: from this severity on, a finding of a scan opens an incident.
        routes: `[[alerts.routes]]`.
        sinks: `[alerts.sinks.NAME]`: `type` is the kind of sink, all else its settings.
    """

    rulings: str = ""
    owner_tags: tuple[str, ...] = ("owner", "team")
    stacks: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    default_owner: str = "unowned"
    findings: Level = "high"
    routes: tuple[Route, ...] = ()
    sinks: Mapping[str, Mapping[str, Any]] = {}

    def read_rulings(self) -> Rulings:
        """What the file of acceptances and owners says.

        Raises:
            ConfigError: see `rulings.load`.
        """
        return load(Path(self.rulings)) if self.rulings else Rulings()

    def routing(self, rulings: Rulings) -> Routing:
        """Owners and routes.

        Raises:
            ConfigError: when a route names a sink that there is not.
        """
        for route in self.routes:
            for name in route.sinks:
                if name not in self.sinks:
                    raise ConfigError(
                        f"a route names the sink {name!r}, which there is not",
                        next=f"There are: {', '.join(sorted(self.sinks)) or 'none'}.",
                    )
        owners = Owners(rulings.owners, self.owner_tags, self.stacks, self.units, self.default_owner)
        return Routing(owners, self.routes)

    def deliveries(self, handed: Mapping[Any, object]) -> dict[str, Deliver]:
        """The sinks by their names here, ready to be used; `handed` is what the program gives them, by class.

        Raises:
            ConfigError: when a sink has no known type, or a setting that is wrong.
        """
        return {name: self._delivery(name, dict(settings), handed) for name, settings in self.sinks.items()}

    def _delivery(self, name: str, settings: dict[str, Any], handed: Mapping[Any, object]) -> Deliver:
        kind = settings.pop("type", name)
        if not isinstance(kind, str):
            raise ConfigError("the type of a sink is a text", where=f"alerts.sinks.{name}")
        return bind(kind, settings, handed)
