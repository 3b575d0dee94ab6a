"""A file of answers of one's own: what it adds, what it overrides, and what its errors say."""

from pathlib import Path

import pytest
from tests.clock import ManualClock
from tests.sandbox import aws

from tenfold.model.errors import ConfigError
from tenfold.sandbox.filed.catalogue import Catalogue
from tenfold.sandbox.server import Sandbox

OWN = """
["health:DescribeEvents"]
rows = { kind = "health.event", where = { service = "${ask.filter.services}" } }
answer = { events = "${rows}" }

[kind."health.event"]
id = "arn"
shape = "health:DescribeEvents.events"
[kind."health.event".defaults]
arn = "arn:${partition}:health:${region}::event/${uuid}"
startTime = "${now}"
statusCode = "open"

[[plant]]
kind = "health.event"
account = "123456789012"
facts = { service = "EC2", eventTypeCode = "AWS_EC2_OPERATIONAL_ISSUE" }

["s3:ListBuckets"]
answer = { Buckets = [{ Name = "only-in-the-file" }] }

["iam:ListUsers"]
refuse = { code = "ServiceFailure", status = 503, text = "not for ${caller.arn} in ${account}" }
"""


def test_adds_overrides_and_refuses(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    with Sandbox(delivery_seconds=3600, answers=own) as sandbox:
        health = aws.client(sandbox, "health")
        (event,) = health.describe_events(filter={"services": ["EC2"]})["events"]
        assert (event["statusCode"], event["eventTypeCode"]) == ("open", "AWS_EC2_OPERATIONAL_ISSUE")
        assert event["arn"].startswith("arn:aws:health:us-east-1::event/")
        assert health.describe_events(filter={"services": ["RDS"]})["events"] == []
        assert aws.client(sandbox, "s3").list_buckets()["Buckets"][0]["Name"] == "only-in-the-file"
        assert aws.refusal(aws.anonymous(sandbox, "s3").list_buckets)[0] == "AccessDenied"
        text = "not for arn:aws:iam::123456789012:user/sandbox in 123456789012"
        assert aws.refusal(aws.client(sandbox, "iam").list_users) == ("ServiceFailure", text)
        assert aws.last_record(sandbox, "ListUsers")["errorMessage"] == text


def test_json_does_as_well(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text('{"sts:GetAccessKeyInfo": {"answer": {"Account": "777777777777"}}}', encoding="utf-8")
    with Sandbox(delivery_seconds=3600, answers=own) as sandbox:
        found = aws.client(sandbox, "sts").get_access_key_info(AccessKeyId="AKIAIOSFODNN7EXAMPLE")
        assert found["Account"] == "777777777777"


WRONG = {
    "no-operation": ('["s3:ListBukkits"]', "s3:ListBukkits: AWS has no such operation"),
    "no-service": ('["s4:ListBuckets"]', "s4:ListBuckets: AWS has no such operation"),
    "unknown-word": ('["s3:ListBuckets"]\nanswers = {}', "s3:ListBuckets: Object contains unknown field `answers`"),
    "wrong-type": ('["s3:ListBuckets"]\nanswer = 3', "s3:ListBuckets: Expected `object`, got `int`"),
    "no-kind": ('["s3:ListBuckets"]\nrows = { kind = "none" }', "s3:ListBuckets: no kind none"),
    "no-member": ('["s3:ListBuckets"]\nanswer = { Bukkits = [] }', "s3:ListBuckets: answer has no member Bukkits"),
    "no-inner-member": ('["s3:ListBuckets"]\nanswer = { Buckets = [{ Nome = "x" }] }', "answer.Buckets has no member Nome"),
    "no-parameter": ('["s3:GetBucketAcl"]\nanswer = { Owner = { ID = "${ask.Bukkit}" } }', "the call has no parameter Bukkit"),
    "no-place": ('["s3:GetBucketAcl"]\nanswer = { Owner = { ID = "${colour}" } }', "${colour} names nothing"),
    "kind-shape": ('[kind."x"]\nid = "a"\nshape = "s3:ListBuckets.Bukkits"', "kind x: s3:ListBuckets.Bukkits is no structure"),
    "kind-default": ('[kind."x"]\nid = "Name"\nshape = "s3:ListBuckets.Buckets"\ndefaults = { Nome = "" }', "kind x: s3:ListBuckets.Buckets has no member Nome"),
    "no-refusal": ('["s3:ListBuckets"]\nneeds = [{ kind = "x" }]', "s3:ListBuckets: Object missing required field `refuse`"),
    "planted": ('[[plant]]\nkind = "guardduty.finding"\nfacts = {}', "plant 0: Object missing required field `account`"),
    "not-toml": ("[", "own.toml: "),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_errors_name_the_entry_and_what_is_wrong(tmp_path: Path, name: str) -> None:
    text, said = WRONG[name]
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Catalogue(ManualClock().now, own)
    assert said in str(caught.value)
    assert "own.toml" in str(caught.value)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        Catalogue(ManualClock().now, tmp_path / "none.toml")
