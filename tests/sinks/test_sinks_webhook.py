import hashlib
import hmac
import json
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.clock import START, ManualClock
from tests.sinks.listener import DRIP, SILENT, Listener, listening
from tests.sinks.make import HOSTILE, SECRET, notice

from tenfold.model.clock import Clock
from tenfold.model.errors import ConfigError, EndpointError
from tenfold.sinks.registry import Deliver, bind


def hook(url: str, **settings: Any) -> Deliver:
    settings = {"url": url, "secret": SECRET, "allow_private": True, "timeout": 5, **settings}
    return bind("webhook", settings, {Clock: ManualClock()})


def test_receiver_can_tell_who_sent_it_and_when() -> None:
    with listening() as listener:
        hook(listener.url)(notice())
    (post,) = listener.posts
    timestamp = post.headers["X-Tenfold-Timestamp"]
    expected = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + post.body, hashlib.sha256).hexdigest()
    assert post.headers["X-Tenfold-Signature"] == f"v1={expected}"
    assert int(timestamp) == START.timestamp()
    assert post.headers["X-Tenfold-Delivery"] == "d-1"
    assert post.path == "/hook?room=1"


def test_body_is_the_notice_as_json() -> None:
    with listening() as listener:
        hook(listener.url)(notice(message=HOSTILE))
    body = json.loads(listener.posts[0].body)
    assert (body["delivery"], body["change"], body["message"]) == ("d-1", "opened", HOSTILE)
    assert body["incident"]["severity"] == "high"
    assert body["incident"]["members"] == ["ct-011|e-1"]
    assert body["owner"] == {"name": "payments", "evidence": "tag team of the resource", "immutable": False}


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_anything_but_2xx_is_a_failure_and_no_redirect_is_followed(status: int) -> None:
    with listening() as elsewhere, listening(status, headers={"Location": elsewhere.url}) as listener:
        with pytest.raises(EndpointError, match=rf"127\.0\.0\.1 answered {status}: not today\\x1b\[2Jx+$") as failed:
            hook(listener.url)(notice())
        assert not elsewhere.posts
    assert len(str(failed.value)) < 300
    assert "room" not in str(failed.value)


@pytest.mark.parametrize("way", [SILENT, DRIP], ids=["says nothing", "a byte at a time"])
def test_target_that_hangs_is_left_in_time(way: int) -> None:
    with listening(way) as listener:
        begin = time.monotonic()
        with pytest.raises(EndpointError, match=r"within 0\.5 s"):
            hook(listener.url, timeout=0.5)(notice())
        assert time.monotonic() - begin < 4
    assert len(listener.posts) == 1


def test_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with pytest.raises(EndpointError, match=r"cannot be connected to \(127\.0\.0\.1: Connection refused\)"):
            hook(f"http://127.0.0.1:{port}/")(notice())


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "0.0.0.0", "10.1.2.3", "192.168.0.1", "100.64.0.1", "169.254.169.254", "224.0.0.1"),
        *("[::1]", "[fe80::1]", "[fd00:ec2::254]", "[ff02::1]"),
        *("2130706433", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
    ],
)
def test_private_addresses_are_refused(host: str) -> None:
    with listening() as listener:
        with pytest.raises(EndpointError, match=r"not a public address.*allow_private = true"):
            hook(f"https://{host}:{listener.port}/", allow_private=False)(notice())
        assert listener.connections == 0


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: list[str]) -> list[str]:
    """Let the name `hook.example` have these addresses, the next ones at each question; the questions that came."""
    real, left, asked = socket.getaddrinfo, list(addresses), []

    def lookup(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "hook.example":
            return real(host, port, *rest, **more)
        asked.append(host)
        return [answer for address in left.pop(0) for answer in real(address, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(EndpointError, match=r"hook\.example is at 127\.0\.0\.1, which is not a public address"):
        hook("https://hook.example/", allow_private=False)(notice())


def test_name_is_asked_for_once_so_that_its_answer_cannot_change(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as listener:
        asked = answers(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        hook(f"http://hook.example:{listener.port}/")(notice())
    assert asked == ["hook.example"]
    assert listener.posts[0].headers["Host"] == f"hook.example:{listener.port}"


def test_name_without_address() -> None:
    with pytest.raises(EndpointError, match="has no address"):
        hook("https://nowhere.invalid/")(notice())


@pytest.mark.parametrize("url", ["ftp://h/", "https:///x", "https://h:99999/", "https://[::1/", "hook"])
def test_url_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ConfigError, match="must be https://HOST"):
        hook(url)(notice())


def test_plain_http_is_for_private_targets_only() -> None:
    with pytest.raises(ConfigError, match="http is for allow_private"):
        hook("http://example.com/", allow_private=False)(notice())


def test_password_in_the_url_is_refused_and_not_shown() -> None:
    with pytest.raises(ConfigError, match="must not hold a name or password") as refused:
        hook("https://u:hunter2@h/")(notice())
    assert "hunter2" not in str(refused.value)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for `hook.example` that vouches for itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=hook.example")
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(
        datetime.now(UTC) + timedelta(1)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example")]), critical=False)
    path = folder / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


@pytest.mark.parametrize(("trusted", "script"), [(True, 200), (True, SILENT), (False, 200)])
def test_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: int, *, trusted: bool) -> None:
    path, context = certificate(tmp_path)
    answers(monkeypatch, ["127.0.0.1"])
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    listener = Listener([script])
    listener.secure(context)
    with listener.listening():
        send = hook(f"https://hook.example:{listener.port}/", timeout=1)
        if trusted and script:
            send(notice())
        else:
            with pytest.raises(EndpointError, match="within 1 s" if trusted else "CERTIFICATE_VERIFY_FAILED"):
                send(notice())
    assert len(listener.posts) == int(trusted)
