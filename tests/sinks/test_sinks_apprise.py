import json
import logging

import pytest
from tests.sinks.listener import listening
from tests.sinks.make import HOSTILE, notice

from tenfold.model.errors import ConfigError, EndpointError
from tenfold.model.finding import Severity
from tenfold.sinks.apprise import apprise
from tenfold.sinks.notice import Told

# Apprise, loading its mail plug-in, imports a module of the standard library that goes in Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TOKEN = "s3cr3t-t0ken"


def test_notice_goes_out_as_text() -> None:
    with listening() as listener:
        apprise(notice(message=HOSTILE), f"json://127.0.0.1:{listener.port}/{TOKEN}")
    (post,) = listener.posts
    body = json.loads(post.body)
    assert post.path == f"/{TOKEN}"
    assert body["title"] == "[high] opened: Bucket may have been opened to everybody"
    assert r"seen: opened by \x1b]0;pwned\x07 \u202egnp.exe\nowner: nobody" in body["message"].splitlines()
    assert body["type"] == "failure"


@pytest.mark.parametrize(
    ("change", "severity", "kind"),
    [
        (Told.UPDATED, Severity.CRITICAL, "failure"),
        (Told.OPENED, Severity.MEDIUM, "warning"),
        (Told.CLOSED, Severity.CRITICAL, "success"),
    ],
)
def test_type_of_a_notice(change: Told, severity: Severity, kind: str) -> None:
    with listening() as listener:
        apprise(notice(change, severity=severity), f"json://127.0.0.1:{listener.port}/")
    assert json.loads(listener.posts[0].body)["type"] == kind


@pytest.mark.parametrize("status", [500, 302])
def test_failure_shows_no_url(status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    with listening() as elsewhere, listening(status, headers={"Location": elsewhere.url}) as listener:
        with pytest.raises(EndpointError, match=r"^json by Apprise did not take the notice$"):
            apprise(notice(), f"json://127.0.0.1:{listener.port}/{TOKEN}")
        assert not elsewhere.connections
    assert TOKEN not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("url", [f"pigeon://{TOKEN}", f"https//{TOKEN}", TOKEN, "slack://"])
def test_url_that_apprise_does_not_know(
    url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ConfigError, match="Apprise does not know such an URL") as refused:
        apprise(notice(), url)
    assert TOKEN not in caplog.text + "".join(capfd.readouterr()) + str(refused.value)
