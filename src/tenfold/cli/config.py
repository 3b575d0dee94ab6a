"""Settings: `tenfold.toml`, then the environment, then options; each decoded with a clear error."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from tenfold.alerts.settings import AlertSettings
from tenfold.aws.settings import AwsSettings
from tenfold.model.errors import ConfigError
from tenfold.scan.accounts import PartySettings


class ClockSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[clock]`: seconds of tenfold's time to a real second."""

    scale: Annotated[float, msgspec.Meta(gt=0)] = 1.0


class ScanSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[scan]`: the accounts to read; empty for the organisation's, or our own."""

    accounts: tuple[str, ...] = ()


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sections of `tenfold.toml`."""

    aws: AwsSettings = AwsSettings()
    clock: ClockSettings = ClockSettings()
    parties: PartySettings = PartySettings()
    scan: ScanSettings = ScanSettings()
    alerts: AlertSettings = AlertSettings()


def load(path: Path | None, aws: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Config:
    """Read the settings.

    Args:
        path: the file named by `--config`; None for `TENFOLD_CONFIG`, `./tenfold.toml` or the user's own.
        aws: options of the command line that override `[aws]`; None leaves a setting alone.
        environment: `TENFOLD_<SECTION>_<SETTING>` overrides the file; lists are separated by commas.

    Raises:
        ConfigError: on a file that cannot be read, an unknown setting, or a value of the wrong type.
    """
    found = path or _default(environment)
    raw = _read(found) if found else {}
    _override(raw, environment)
    raw["aws"] = {**raw.get("aws", {}), **{name: value for name, value in aws.items() if value is not None}}
    try:
        return msgspec.convert(raw, Config, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"a setting is wrong: {error}",
            where=str(found or "environment"),
            next="docs/configuration.md lists them all",
        ) from error


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """Where state lives: `TENFOLD_HOME`, else the XDG state folder."""
    if environment.get("TENFOLD_HOME"):
        return Path(environment["TENFOLD_HOME"])
    state = environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "tenfold"


def _default(environment: Mapping[str, str]) -> Path | None:
    if environment.get("TENFOLD_CONFIG"):
        return Path(environment["TENFOLD_CONFIG"])
    user = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tenfold" / "tenfold.toml"
    return next((path for path in (Path("tenfold.toml"), user) if path.exists()), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"the configuration cannot be read: {error.strerror}", where=str(path)) from error
    except ValueError as error:  # msgspec's, and bytes that are no UTF-8
        raise ConfigError(f"the configuration is not TOML: {error}", where=str(path)) from error
    for name, section in raw.items():
        if not isinstance(section, dict):
            raise ConfigError(
                f"{name} is not a section", where=str(path), next=f"Write [{name}], and its settings below"
            )
    return raw


def _override(raw: dict[str, Any], environment: Mapping[str, str]) -> None:
    for section in msgspec.structs.fields(Config):
        for setting in msgspec.structs.fields(section.type):
            text = environment.get(f"TENFOLD_{section.name}_{setting.name}".upper())
            if text is not None:
                listed = [part.strip() for part in text.split(",") if part.strip()]
                value: Any = listed if "tuple" in str(setting.type) else text
                raw.setdefault(section.name, {})[setting.name] = value
