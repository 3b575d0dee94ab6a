"""The sandbox's own routes, under `/_sandbox/`: for planting a company and for tests; the product never asks them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from moto.utilities.utils import get_partition

from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.dates import date_back
from tenfold.sandbox.denial import Denial
from tenfold.sandbox.faults import BAD_REQUEST, NOT_FOUND, UNAVAILABLE
from tenfold.sandbox.filed.catalogue import Catalogue
from tenfold.sandbox.filed.template import said
from tenfold.sandbox.heart import Heart
from tenfold.sandbox.journal import Journal
from tenfold.sandbox.root import RootUsers, moment
from tenfold.sandbox.tables import HOME_REGIONS
from tenfold.sandbox.trails.service import CloudTrail
from tenfold.sandbox.trails.signin import SignIns
from tenfold.sandbox.weather.weather import Weather
from tenfold.sandbox.wire import Reply, Wire, json_reply

PREFIX = "/_sandbox/"


@dataclass(frozen=True)
class Control:
    """The routes, over the parts of the sandbox that they reach. `token` names this instance."""

    token: str
    denial: Denial
    roots: RootUsers
    journal: Journal
    trails: CloudTrail
    sign_ins: SignIns
    clock: SandboxClock
    heart: Heart
    weather: Weather
    catalogue: Catalogue

    def answer(self, wire: Wire) -> Reply:
        """Answer a control request: JSON in, JSON out; 404 for an unknown route, 400 for what cannot be done."""
        route = _ROUTES.get((wire.method, wire.path.removeprefix(PREFIX)))
        if route is None:
            return json_reply({"error": f"no route {wire.method} {wire.path}"}, NOT_FOUND)
        try:
            return route(self, wire)
        except (ValueError, LookupError, TypeError) as error:
            return json_reply({"error": f"{type(error).__name__}: {error}"}, BAD_REQUEST)


def _ready(control: Control, _: Wire) -> Reply:
    return json_reply({"token": control.token})


def _health(control: Control, _: Wire) -> Reply:
    """How it is: 200 while time passes as it should, else 503 with what went wrong."""
    trouble = control.heart.trouble
    said = {
        "status": "troubled" if trouble else "ok",
        "trouble": trouble,
        "now": control.clock.now().isoformat(),
        "requests": sum(control.journal.counts().values()),
        "habits": list(control.weather.names),
    }
    return json_reply(said, UNAVAILABLE if trouble else HTTPStatus.OK)


def _root(control: Control, wire: Wire) -> Reply:
    facts = _json(wire)
    root = control.roots.describe(_partition(facts), facts)
    keys = [{"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret_access_key} for key in root.keys]
    return json_reply({"access_keys": keys})


def _date(_: Control, wire: Wire) -> Reply:
    facts = _json(wire)
    date_back(_partition(facts), facts)
    return json_reply({})


def _plant(control: Control, wire: Wire) -> Reply:
    """Plant an object: `kind`, `account`, `region`, and its `facts`. Answers with the object as it now is."""
    facts = _json(wire)
    region = facts.get("region", HOME_REGIONS[_partition(facts)])
    planted = control.catalogue.plant(facts["kind"], facts["account"], region, facts["facts"])
    return Reply(200, [("Content-Type", "application/json")], json.dumps(planted, default=said).encode())


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
    return json_reply({"files": control.trails.deliver()})


def _sign_in(control: Control, wire: Wire) -> Reply:
    """Let somebody sign in to the console, or fail to; the records of it, and the credentials of their session."""
    facts = _json(wire)
    return json_reply(control.sign_ins.sign_in(_partition(facts), facts))


def _clock(control: Control, _: Wire) -> Reply:
    clock, origin = control.clock, control.clock.origin()
    said = {"now": clock.now().isoformat(), "scale": clock.scale, "origin": origin.isoformat() if origin else None}
    return json_reply(said)


def _leap(control: Control, wire: Wire) -> Reply:
    """Let time pass until `to`, or for so many `seconds`; `hold` true stops the clock there, false lets it go on."""
    facts = _json(wire)
    with control.clock.still():
        control.heart.leap(
            moment(facts.get("to")) or control.clock.now() + timedelta(seconds=float(facts.get("seconds", 0)))
        )
    if "hold" in facts:
        control.clock.hold() if facts["hold"] else control.clock.release()
    return _clock(control, wire)


def _weather(control: Control, _: Wire) -> Reply:
    return json_reply({"habits": list(control.weather.names), "seed": control.weather.seed})


def _change_weather(control: Control, wire: Wire) -> Reply:
    """Have exactly these `habits` from now on; `aws` stands for all of them."""
    control.weather.switch(_json(wire)["habits"])
    return _weather(control, wire)


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
    ("GET", "health"): _health,
    ("POST", "root"): _root,
    ("POST", "date"): _date,
    ("POST", "deny"): _deny,
    ("POST", "plant"): _plant,
    ("GET", "records"): _records,
    ("POST", "deliver"): _deliver,
    ("POST", "signin"): _sign_in,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _leap,
    ("GET", "weather"): _weather,
    ("POST", "weather"): _change_weather,
    ("GET", "count"): _count,
    ("POST", "count"): _reset_count,
}
