"""What a command works with: settings, clock, connection, state; each made when it is first needed."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tenfold.aws.connection import Connection
from tenfold.aws.credentials import Keys
from tenfold.cli.config import Config, home, load
from tenfold.model.clock import Clock, SystemClock
from tenfold.store.store import Store

if TYPE_CHECKING:
    from tenfold.lake.lake import Lake


class Session:
    """One run of one command.

    Args:
        config: the settings, options of the command line included.
        state: the folder that holds the state.
        keys: credentials given outright, as the demo has them; else the usual chain.
    """

    def __init__(self, config: Config, state: Path, keys: Keys | None = None) -> None:
        self.config, self.state, self._keys = config, state, keys

    @classmethod
    def start(cls, config: Path | None, **aws: str | None) -> "Session":
        """A session that is going to call AWS: wrong credentials are said at once.

        Raises:
            ConfigError: wrong settings, unknown profile.
            AccessError: no credentials, or expired ones.
        """
        session = cls.offline(config, **aws)
        session.connection.identity()
        return session

    @classmethod
    def offline(cls, config: Path | None, **aws: str | None) -> "Session":
        """A session that reads the state only, or makes its connection later.

        Raises:
            ConfigError: wrong settings.
        """
        return cls(load(config, aws), home())

    @cached_property
    def clock(self) -> Clock:
        """The clock, by `[clock]`."""
        return SystemClock(self.config.clock.scale, self.config.clock.origin)

    @cached_property
    def connection(self) -> Connection:
        """The connection to AWS."""
        return Connection(self.config.aws, self.clock, keys=self._keys)

    def store(self) -> Store:
        """The state, opened; close it after use."""
        return Store.open(self.state / "state.sqlite", self.clock)

    def lake(self, store: Store) -> "Lake":
        """The lake, opened; it is committed to under a lease of the state."""
        from tenfold.lake.lake import Lake  # noqa: PLC0415 - PyIceberg takes two seconds to import

        return Lake.open(self.state / "lake", clock=self.clock, lease=store.lease)
