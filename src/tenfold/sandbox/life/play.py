"""Playing a life: a past as fast as it goes, with the clock held; the present as its time comes."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from tenfold.model.arn import Arn
from tenfold.sandbox.clock import SandboxClock
from tenfold.sandbox.company.endpoint import Login
from tenfold.sandbox.company.tables import ACCESS_ROLE, GLOBAL_REGION, MANAGEMENT
from tenfold.sandbox.company.truth import Truth
from tenfold.sandbox.life.cast import Worker, agent_of, cast_of
from tenfold.sandbox.life.hiring import ROLES, Ground, hire, open_roles, settle
from tenfold.sandbox.life.script import Act, script
from tenfold.sandbox.life.stage import CONSOLE_HEADER, Actor, Outside, Stage
from tenfold.sandbox.life.tables import SETUP_ADDRESS
from tenfold.sandbox.life.world import Estate, World

_SESSION = timedelta(minutes=55)
_FAR = timedelta(days=3650)
_LOOK = 0.5  # real seconds at most until it is seen that a life is to stop


class _Session(NamedTuple):
    login: Login
    until: datetime


class Player:
    """Carries out what the script says, against a sandbox in which a company is planted.

    Args:
        url: the sandbox's endpoint.
        clock: its time.
        truth: of the company; what the life adds to it is in `world`.
        pace: acts of one person in a full hour.
    """

    def __init__(self, url: str, clock: SandboxClock, truth: Truth, pace: float = 6) -> None:
        self.world = World()
        self._clock, self._truth, self._pace = clock, truth, pace
        self._outside = Outside(url, clock.now())
        accounts = [account.id for account in truth.accounts]
        home = next(account.id for account in truth.accounts if account.role == MANAGEMENT)
        self._entry = Login(truth.entry.access_key_id, truth.entry.secret_access_key)
        me = self._outside.client("sts", self._entry).get_caller_identity()
        self._ground = Ground(Arn.parse(me["Arn"]).partition, home, GLOBAL_REGION)
        self._cast = cast_of(truth.seed, accounts)
        self._own: dict[str, Login] = {}
        self._sessions: dict[tuple[str, str], _Session] = {}

    def settle_in(self) -> None:
        """Hire the workers, and give them what they work with."""
        with self._outside.dressed({"X-Forwarded-For": SETUP_ADDRESS, "User-Agent": agent_of("terraform")}):
            self._settle_in()

    def _settle_in(self) -> None:
        worked = sorted({account for worker in self._cast for account in worker.accounts})
        entered = {account: self._enter(account) for account in {*worked, self._ground.home}}
        for worker in self._cast:
            self._own[worker.name] = hire(self._outside, self._ground, worker, entered[self._ground.home])
        for number, account in enumerate(worked):
            estate = Estate(self._ground.partition, account, self._ground.region)
            open_roles(self._outside, self._ground, account, entered[account], self._cast)
            settle(self._outside, estate, number, self._truth.company, entered[account])
            self.world.estates[account] = estate

    def past(self, start: datetime, end: datetime) -> int:
        """Play the acts from `start` to `end` at once, the clock at each one's time; the number of acts."""
        count = 0
        for act in script(self._truth.seed, self._cast, start, end, self._pace):
            self._outside.tell("clock", {"to": act.at.isoformat(), "hold": True})
            self._perform(act)
            count += 1
        if end > self._clock.now():
            self._outside.tell("clock", {"to": end.isoformat()})
        return count

    def live(self, is_over: Callable[[], bool]) -> None:
        """Play each act when its time has come, until it is over."""
        start = self._clock.now()
        for act in script(self._truth.seed, self._cast, start, start + _FAR, self._pace):
            while (left := (act.at - self._clock.now()).total_seconds()) > 0:
                if is_over():
                    return
                self._clock.wait(min(left, _LOOK * self._clock.scale))
            if is_over():
                return
            self._perform(act)

    def _perform(self, act: Act) -> None:
        worker = act.worker
        headers = {"X-Forwarded-For": worker.address, "User-Agent": agent_of(act.tool)}
        if act.tool == "console":
            headers[CONSOLE_HEADER] = "true"
        with self._outside.dressed(headers):
            login = self._login(worker, act.account)
            if login is None:
                return
            actor = Actor(worker.name, worker.address, login, self._own[worker.name])
            rng = random.Random(act.draw)  # noqa: S311 - a life must repeat itself
            estate = self.world.estates[act.account]
            act.chore.do(Stage(self._outside, actor, estate, self.world, self._ground.home, act.at, rng))

    def _login(self, worker: Worker, account: str) -> Login | None:
        """A session of the worker's role; None when it cannot be had now, as with a role that is seconds old."""
        now, place = self._clock.now(), (worker.name, account)
        session = self._sessions.get(place)
        if session is None or session.until < now:
            role = self._ground.iam(account, f"role/{ROLES[worker.kind]}")
            try:
                login = self._outside.enter(role, self._own[worker.name], worker.name)
            except (ClientError, BotoCoreError):
                return None
            session = self._sessions[place] = _Session(login, now + _SESSION)
        return session.login

    def _enter(self, account: str) -> Login:
        return self._outside.enter(self._ground.iam(account, f"role/{ACCESS_ROLE}"), self._entry)
