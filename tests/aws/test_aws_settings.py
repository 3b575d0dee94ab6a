"""What can be said about reaching AWS, and what cannot."""

from typing import Any

import msgspec
import pytest
from tests.wire import connect

from tenfold.aws.settings import AwsSettings
from tenfold.model.errors import ConfigError

WRONG: list[tuple[str, Any]] = [
    ("quota_share", 0),
    ("quota_share", -0.2),
    ("quota_share", 1.1),
    ("quota_share", float("nan")),
    ("patience", -1),
    ("session_name", "x"),
    ("session_name", "with space"),
    ("session_name", "a" * 65),
    ("keys", ["AKIA", "secret", None]),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_out_of_bounds_is_refused(name: str, value: Any) -> None:
    with pytest.raises(msgspec.ValidationError, match=name):
        msgspec.convert({name: value}, AwsSettings, strict=False)


def test_the_bounds_themselves_are_allowed() -> None:
    found = msgspec.convert({"quota_share": 1, "patience": 0, "session_name": "a=b,c.d@e-f+g"}, AwsSettings)
    assert (found.quota_share, found.patience) == (1.0, 0.0)


@pytest.mark.parametrize(
    "url", ["", "localhost:4566", "ftp://host", "file:///etc/passwd", "http://", "https://:443", "http://host:port"]
)
def test_an_endpoint_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"no http\(s\) URL.*https://host:port"):
        connect(url)


def test_keys_are_not_shown() -> None:
    connection = connect(None, keys=("AKIACANARY", "canary-secret", "canary-token"))
    assert "canary" not in repr(connection.settings) + repr(vars(connection)).lower().replace("akiacanary", "")
