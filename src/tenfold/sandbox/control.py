"""The sandbox's own routes, under `/_sandbox/`: for planting a company and for tests; the product never asks them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from moto.utilities.utils import get_partition

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.dates import UnknownObjectError, date_back
from tenfold.sandbox.denial import Denial
from tenfold.sandbox.faults import BAD_REQUEST, NOT_FOUND
from tenfold.sandbox.heart import Heart
from tenfold.sandbox.journal import Journal
from tenfold.sandbox.root import RootUsers, moment
from tenfold.sandbox.trails.delivery import Delivery
from tenfold.sandbox.wire import Reply, Wire, json_reply

PREFIX = "/_sandbox/"


@dataclass(frozen=True)
class Control:
    """The routes, over the parts of the sandbox that they reach. `token` names this instance."""

    token: str
    denial: Denial
    roots: RootUsers
    journal: Journal
    delivery: Delivery
    clock: SandboxClock
    heart: Heart

    def answer(self, wire: Wire) -> Reply:
        """Answer a control request: JSON in, JSON out; 404 for an unknown route, 400 for what cannot be done."""
        route = _ROUTES.get((wire.method, wire.path.removeprefix(PREFIX)))
        if route is None:
            return json_reply({"error": f"no route {wire.method} {wire.path}"}, NOT_FOUND)
        try:
            return route(self, wire)
        except (ValueError, KeyError, TypeError, UnknownObjectError) as error:
            return json_reply({"error": f"{type(error).__name__}: {error}"}, BAD_REQUEST)


def _ready(control: Control, _: Wire) -> Reply:
    return json_reply({"token": control.token})


def _root(control: Control, wire: Wire) -> Reply:
    facts = _json(wire)
    root = control.roots.describe(_partition(facts), facts)
    keys = [{"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret_access_key} for key in root.keys]
    return json_reply({"access_keys": keys})


def _date(_: Control, wire: Wire) -> Reply:
    facts = _json(wire)
    date_back(_partition(facts), facts)
    return json_reply({})


def _deny(control: Control, wire: Wire) -> Reply:
    """Change what is refused: `calls` (the whole set), `share`, `seed`; what is not given stays."""
    facts = _json(wire)
    if "calls" in facts:
        control.denial.replace_calls(facts["calls"])
    control.denial.share = float(facts.get("share", control.denial.share))
    control.denial.seed = int(facts.get("seed", control.denial.seed))
    return json_reply(
        {"calls": sorted(control.denial.calls), "share": control.denial.share, "seed": control.denial.seed}
    )


def _records(control: Control, wire: Wire) -> Reply:
    since = wire.request().args.get("since", 0, type=int)
    return Reply(200, [("Content-Type", "application/x-ndjson")], control.journal.lines(since).encode())


def _deliver(control: Control, _: Wire) -> Reply:
    return json_reply({"files": control.delivery.deliver()})


def _clock(control: Control, _: Wire) -> Reply:
    clock, origin = control.clock, control.clock.origin()
    said = {"now": clock.now().isoformat(), "scale": clock.scale, "origin": origin.isoformat() if origin else None}
    return json_reply(said)


def _leap(control: Control, wire: Wire) -> Reply:
    """Let time pass until `to`, or for so many `seconds`; `hold` true stops the clock there, false lets it go on."""
    facts = _json(wire)
    to = moment(facts.get("to")) or control.clock.now() + timedelta(seconds=float(facts.get("seconds", 0)))
    if "hold" in facts:
        control.clock.hold() if facts["hold"] else control.clock.release()
    control.heart.leap(max(to, control.clock.now()) if "to" not in facts else to)
    return _clock(control, wire)


def _count(control: Control, _: Wire) -> Reply:
    return json_reply(control.journal.counts())


def _reset_count(control: Control, _: Wire) -> Reply:
    control.journal.reset_counts()
    return json_reply({})


def _json(wire: Wire) -> dict[str, Any]:
    value = json.loads(wire.body or b"{}")
    if not isinstance(value, dict):
        raise TypeError("expected a JSON object")
    return value


def _partition(facts: dict[str, Any]) -> str:
    return str(facts.get("partition") or get_partition(facts.get("region", "")))


_ROUTES: dict[tuple[str, str], Callable[[Control, Wire], Reply]] = {
    ("GET", "ready"): _ready,
    ("POST", "root"): _root,
    ("POST", "date"): _date,
    ("POST", "deny"): _deny,
    ("GET", "records"): _records,
    ("POST", "deliver"): _deliver,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _leap,
    ("GET", "count"): _count,
    ("POST", "count"): _reset_count,
}
