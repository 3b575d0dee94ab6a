"""Starting and stopping: one to a process, its own port, a clean state."""

import socket
import urllib.error
import urllib.request

import pytest
from tests.sandbox import aws

from tenfold.model.errors import ConfigError
from tenfold.sandbox.server import Sandbox


def test_answers_only_on_loopback(sandbox: Sandbox) -> None:
    assert sandbox.endpoint.startswith("http://127.0.0.1:")
    assert len(aws.control(sandbox, "ready", method="GET")["token"]) == 32


def test_second_in_the_same_process_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigError, match="already runs"):
        Sandbox().start()
    assert aws.client(sandbox, "s3").list_buckets()["Buckets"] == []


def test_port_is_free_after_stop() -> None:
    with Sandbox() as first:
        port = int(first.endpoint.rsplit(":", 1)[1])
    with socket.socket() as probe:
        probe.settimeout(1)
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with Sandbox(port=port) as second:
        assert second.endpoint.endswith(f":{port}")


def test_taken_port_is_an_error_and_leaves_nothing_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(ConfigError, match="cannot be used"):
        Sandbox(port=other.getsockname()[1]).start()
    with Sandbox() as sandbox:
        assert aws.client(sandbox, "s3").list_buckets()["Buckets"] == []


def test_stop_twice_is_fine() -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(ConfigError, match="not running"):
        _ = sandbox.endpoint


def test_state_starts_empty_and_ids_follow_the_seed() -> None:
    made = []
    for seed in (7, 7, 8):
        with Sandbox(seed=seed) as sandbox:
            aws.client(sandbox, "organizations").create_organization()
            aws.client(sandbox, "s3").create_bucket(Bucket="same-name-every-time")
            made.append(aws.client(sandbox, "iam").create_user(UserName="ada")["User"]["UserId"])
    assert made[0] == made[1] != made[2]


def test_unknown_control_routes_and_bad_facts_are_answered(sandbox: Sandbox) -> None:
    assert aws.control(sandbox, "nothing")[0] == 404
    assert aws.control(sandbox, "root", {"mfa": True}) == (400, {"error": "KeyError: 'account'"})
    status, answer = aws.control(sandbox, "date", {"kind": "user", "account": "123456789012", "id": "nobody"})
    assert (status, answer["error"]) == (400, "UnknownObjectError: account 123456789012 has no user nobody")


def test_body_that_is_not_json_is_answered(sandbox: Sandbox) -> None:
    request = urllib.request.Request(f"{sandbox.endpoint}/_sandbox/root", data=b"{", method="POST")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    with caught.value as answer:
        assert answer.code == 400


def test_requests_are_counted_by_operation(sandbox: Sandbox) -> None:
    s3 = aws.client(sandbox, "s3")
    s3.list_buckets()
    s3.list_buckets()
    aws.client(sandbox, "iam").list_users()
    assert aws.control(sandbox, "count", method="GET") == {"s3:ListBuckets": 2, "iam:ListUsers": 1}
    aws.control(sandbox, "count")
    assert aws.control(sandbox, "count", method="GET") == {}


def test_instance_metadata_is_served_and_not_recorded(sandbox: Sandbox) -> None:
    url = f"{sandbox.endpoint}/latest/meta-data/iam/security-credentials/"
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200
    assert aws.records(sandbox) == []
