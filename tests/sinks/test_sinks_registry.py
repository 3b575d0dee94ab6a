import io
from typing import Any, TextIO

import pytest
from tests.clock import ManualClock
from tests.sinks.make import SECRET, notice

from tenfold.model.clock import Clock
from tenfold.model.errors import ConfigError
from tenfold.sinks import registry

HANDED = {Clock: ManualClock(), TextIO: io.StringIO()}


def test_first_sinks_are_found() -> None:
    assert {"apprise", "text", "webhook"} <= set(registry.names())


def test_program_hands_in_what_is_no_setting() -> None:
    out = io.StringIO()
    registry.bind("text", {}, {TextIO: out})(notice())
    assert out.getvalue().startswith("[high] opened: Bucket may have been opened")


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("pigeon", {}, "there is no sink 'pigeon'. Choose one of apprise"),
        ("webhook", {"url": "https://h"}, "missing required field `secret`"),
        ("webhook", {"url": 7, "secret": SECRET}, r"Expected `str`, got `int` - at `\$.url`"),
        ("webhook", {"url": "https://h", "secret": "short-one"}, r"length >= 16 - at `\$.secret`"),
        ("webhook", {"url": "https://h", "secret": SECRET, "timeout": 0}, r"> 0.0 - at `\$.timeout`"),
        ("webhook", {"url": "https://h", "secret": SECRET, "retries": 3}, "unknown field `retries`.*It takes: url, "),
        ("text", {"out": "stdout"}, "unknown field `out`"),
    ],
)
def test_wrong_settings_are_told_without_their_values(name: str, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        registry.bind(name, settings, HANDED)
    assert not [value for value in settings.values() if len(str(value)) > 1 and str(value) in str(refused.value)]
    assert refused.value.__cause__ is None


def test_program_without_a_terminal_has_no_text_sink() -> None:
    with pytest.raises(ConfigError, match="sink text is wrong"):
        registry.bind("text", {}, {})


def test_two_sinks_of_one_name() -> None:
    registry.names()
    with pytest.raises(ValueError, match=r"two sinks are named text: tenfold\.sinks\.text, "):
        registry.sink("text")(lambda: None)
