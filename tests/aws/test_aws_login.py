"""What somebody is told whose first call cannot succeed: what happened, and what to do."""

import socket
from pathlib import Path

import pytest
from tests.wire import Reply, Wire, connect, query_error

from tenfold.model.errors import AccessError, ConfigError, EndpointError, TenfoldError

CONFIG = """
[profile work]
aws_access_key_id = AKIAWORK
aws_secret_access_key = secret
region = eu-north-1

[profile half]
aws_access_key_id = AKIAHALF
"""


@pytest.fixture(autouse=True)
def own_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home of our own, so that nobody's credentials are used."""
    for name in (
        "AWS_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_DEFAULT_REGION",
    ):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_a_profile_gives_keys_and_region() -> None:
    with Wire([]) as wire:
        connection = connect(wire.url, profile="work", region=None, keys=None)
        assert connection.region() == "eu-north-1"
        connection.identity()
        assert wire.requests[0].access_key == "AKIAWORK"


def test_an_unknown_profile_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no profile 'wrk'.*half, work|no profile 'wrk'.*work, half"):
        connect(None, profile="wrk", keys=None)


def test_a_profile_without_its_secret_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigError, match=r"not complete.*aws_secret_access_key"):
        connect(None, profile="half", keys=None)


def test_no_credentials_at_all() -> None:
    with pytest.raises(AccessError, match=r"no AWS credentials were found.*AWS_PROFILE"):
        connect(None, keys=None)


ANSWERS: list[tuple[Reply, type[TenfoldError], str]] = [
    (query_error("Get", 403, "ExpiredToken", "The security token is expired"), AccessError, "expired.*aws sso login"),
    (query_error("Get", 403, "InvalidClientTokenId", "The token is invalid"), AccessError, "InvalidClientTokenId"),
    (query_error("Get", 403, "AccessDenied", "no"), AccessError, "AccessDenied"),
    (Reply("Get", 200, body="<!DOCTYPE html><html>Welcome</html>"), EndpointError, "HTML page.*--endpoint-url"),
    (Reply("Get", 502, body="<html>Bad gateway</html>"), EndpointError, "HTML page with status 502"),
    (Reply("Get", 200, body=""), EndpointError, "empty body"),
    (Reply("Get", 200, body='{"hello": "world"}'), EndpointError, "--endpoint-url"),
]


@pytest.mark.parametrize(("reply", "error", "text"), ANSWERS)
def test_an_endpoint_that_lets_nobody_in(reply: Reply, error: type[TenfoldError], text: str) -> None:
    with Wire([reply]) as wire, pytest.raises(error, match=f"(?s){text}"):
        connect(wire.url).identity()


def test_an_endpoint_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listening: a connection is refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(EndpointError, match=f"cannot find out who we are.*{url}"):
            connect(url).identity()


def test_secrets_stay_out_of_errors() -> None:
    with Wire([query_error("Get", 403, "SignatureDoesNotMatch", "The request signature does not match")]) as wire:
        connection = connect(wire.url, keys=("AKIACANARY", "canary-secret", "canary-token"))
        with pytest.raises(AccessError) as caught:
            connection.identity()
    assert "canary" not in repr(caught.value) + str(caught.value)
