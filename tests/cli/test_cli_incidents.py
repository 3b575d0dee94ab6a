"""From a scan to incidents, to people, to "this is meant to be so": the real program against the sandbox."""

import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.cli.program import Ended, Program
from tests.sinks.listener import listening

from tenfold.model.alert import Acceptance
from tenfold.sandbox.server import Sandbox
from tenfold.store.codec import packed, unpacked

SCAN = ("scan", "--check", "s3-001")
KEY = "s3-001|arn:aws:s3:::web"
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
SAID = ("--reason", "our web site", "--approver", "Ann", "--expires", "2099-12-31")
SOC = """
[alerts]
findings = "{findings}"
rulings = "{rulings}"

[[alerts.routes]]
sinks = ["soc"]

[alerts.sinks.soc]
type = "webhook"
url = "{url}"
secret = "0123456789abcdef"
allow_private = true
"""


class Account:
    """One account in a sandbox of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.endpoint = sandbox.endpoint
        self.s3 = self.client("s3")

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="y",
        )

    def make(self, *names: str) -> None:
        for name in names:
            self.s3.create_bucket(Bucket=name)
            self.s3.delete_public_access_block(Bucket=name)
            self.open(name)

    def open(self, name: str) -> None:
        statement = {**OPEN, "Resource": f"arn:aws:s3:::{name}/*"}
        self.s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    def deny(self, *calls: str) -> None:
        body = json.dumps({"calls": calls}).encode()
        urllib.request.urlopen(f"{self.endpoint}/_sandbox/deny", body).read()


@pytest.fixture
def account() -> Iterator[Account]:
    with Sandbox() as sandbox:
        found = Account(sandbox)
        found.make("web")
        yield found


@pytest.fixture
def program(account: Account, tmp_path: Path) -> Program:
    return Program(tmp_path, account.endpoint)


def configured(program: Program, url: str, findings: str = "high", rulings: str = "") -> None:
    (program.home / "tenfold.toml").write_text(SOC.format(url=url, findings=findings, rulings=rulings))


def last_line(ended: Ended) -> str:
    return ended.out.rstrip().rpartition("\n")[2]


def incidents(program: Program) -> dict[str, str]:
    return {row["key"]: row["severity"] for row in program.run("finding", "incidents", "--format", "json").rows}


def test_what_a_scan_finds_opens_an_incident_that_only_proof_closes(account: Account, program: Program) -> None:
    with listening(200) as listener:
        configured(program, listener.url)
        assert last_line(program.run(*SCAN)) == "1 incident opened, 0 closed, 1 open"
        assert last_line(program.run(*SCAN)) == "0 incidents opened, 0 closed, 1 open"
        account.deny("s3:GetBucketPolicy", "s3:GetBucketAcl")
        assert last_line(program.run(*SCAN)).endswith("0 closed, 1 open"), "unknown is not gone"
        account.deny("s3:ListBuckets")
        assert last_line(program.run(*SCAN)).endswith("0 closed, 1 open"), "unlisted is not gone"
        account.deny()
        account.s3.delete_bucket_policy(Bucket="web")
        rows = program.run(*SCAN, "--format", "json")
        assert (rows.code, rows.rows) == (0, [])
        account.open("web")
        assert last_line(program.run(*SCAN)) == "1 incident opened, 0 closed, 1 open"
    notices = [json.loads(post.body) for post in listener.posts]
    assert [notice["change"] for notice in notices] == ["opened", "closed", "reopened"]
    assert {notice["incident"]["key"] for notice in notices} == {KEY}
    assert notices[1]["message"].startswith("closed by run ")


def test_a_scan_of_other_checks_or_accounts_closes_nothing(account: Account, program: Program) -> None:
    program.run(*SCAN)
    account.s3.delete_bucket_policy(Bucket="web")
    program.run("scan", "--check", "cred-003")
    program.run(*SCAN, "--account", "999900009999")
    assert list(incidents(program)) == [KEY]


@pytest.mark.parametrize(("findings", "opened"), [("critical", 1), ("low", 2)])
def test_the_settings_say_from_which_severity_on_people_are_told(
    account: Account, program: Program, findings: str, opened: int
) -> None:
    account.s3.create_bucket(Bucket="granted")
    account.s3.put_bucket_ownership_controls(
        Bucket="granted", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    account.s3.put_bucket_acl(Bucket="granted", ACL="log-delivery-write")
    program.environment["TENFOLD_ALERTS_FINDINGS"] = findings
    rows = program.run("scan", "--check", "s3-001", "--check", "s3-003", "--format", "json").rows
    assert {row["severity"] for row in rows} == {"critical", "low"}
    assert len(incidents(program)) == opened


def test_a_sink_that_writes_text_writes_beside_the_rows(program: Program) -> None:
    (program.home / "tenfold.toml").write_text('[[alerts.routes]]\nsinks = ["text"]\n[alerts.sinks.text]\n')
    ended = program.run(*SCAN, "--format", "json")
    assert [row["key"] for row in ended.rows] == [KEY]
    assert ended.err.startswith("[critical] opened: ")


def test_a_sink_that_does_not_answer_holds_up_nothing(program: Program) -> None:
    with listening(503) as listener:
        configured(program, listener.url)
        ended = program.run(*SCAN)
    assert ended.code == 0
    assert "1 message to soc could not be sent yet; the next run tries again: " in ended.err
    assert len(listener.posts) == 1


def test_an_acceptance_hides_until_it_expires(account: Account, program: Program) -> None:
    account.make("shop")
    program.run(*SCAN)
    done = program.run("finding", "accept", KEY, *SAID)
    assert done.code == 0, done.err
    assert "covers 1 open finding; 0 incidents opened, 1 closed" in done.out
    assert "accepted until 2100-01-01 00:00 UTC" in done.out
    again = program.run(*SCAN, "--fail-on", "critical")
    assert (again.code, last_line(again)) == (1, "0 incidents opened, 0 closed, 1 open; 1 finding accepted")
    statuses = {row["key"]: row["status"] for row in program.run(*SCAN, "--format", "json").rows}
    assert statuses == {KEY: "accepted", "s3-001|arn:aws:s3:::shop": "open"}
    listed = program.run("finding", "list", "--status", "accepted")
    assert "accepted by Ann until 2100-01-01 00:00 UTC: our web site" in " ".join(listed.out.split())
    (row,) = program.run("finding", "acceptances", "--format", "json").rows
    assert (row["key"], row["in_force"], row["hides"], row["from"]) == (KEY, True, 1, "state")

    shift_expiry(program)
    assert last_line(program.run(*SCAN)) == "1 incident opened, 0 closed, 2 open"
    assert {row["status"] for row in program.run("finding", "list", "--format", "json").rows} == {"open"}
    (row,) = program.run("finding", "acceptances", "--format", "json").rows
    assert (row["in_force"], row["hides"]) == (False, 0)


def shift_expiry(program: Program) -> None:
    """Let the one acceptance be over, as if its day had come."""
    with sqlite3.connect(program.home / "state" / "state.sqlite") as state:
        (body,) = state.execute("SELECT body FROM acceptances").fetchone()
        said = unpacked(body, Acceptance)
        over = Acceptance(said.key, said.reason, said.approver, said.accepted_at, said.accepted_at)
        state.execute("UPDATE acceptances SET body = ?", (packed(over),))
    state.close()


def test_what_is_withdrawn_is_open_again(program: Program) -> None:
    program.run(*SCAN)
    assert program.run("finding", "accept", "s3-001|arn:aws:s3:::w*", *SAID).code == 0
    assert incidents(program) == {}
    done = program.run("finding", "withdraw", "s3-001|arn:aws:s3:::w*")
    assert (done.code, "1 incident opened" in done.out) == (0, True)
    assert incidents(program) == {KEY: "critical"}
    again = program.run("finding", "withdraw", "s3-001|arn:aws:s3:::w*")
    assert again.code == 2
    assert "nobody accepted" in again.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((KEY, "--approver", "Ann", "--expires", "2099-12-31"), "--reason"),
        ((KEY, "--reason", "why", "--expires", "2099-12-31"), "--approver"),
        ((KEY, "--reason", "why", "--approver", "Ann"), "--expires"),
        ((KEY, "--reason", " ", "--approver", "Ann", "--expires", "2099-12-31"), "needs a reason and an approver"),
        ((KEY, "--reason", "why", "--approver", "Ann", "--expires", "2020-01-01"), "must expire after it was given"),
        ((KEY, "--reason", "why", "--approver", "Ann", "--expires", "next week"), "a day such as 2026-12-31"),
        ((KEY, "--reason", "why", "--approver", "Ann", "--expires", "9999-12-31"), "never comes"),
        (("s3-001|arn:aws:s3:::wep", *SAID), f"Similar: {KEY}"),
        (("*|*", *SAID), "must not cover everything"),
    ],
)
def test_an_acceptance_that_is_not_sound_is_refused(planted: Program, arguments: tuple[str, ...], said: str) -> None:
    ended = planted.run("finding", "accept", *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_what_was_refused_is_not_there(planted: Program) -> None:
    assert planted.run("finding", "acceptances", "--format", "json").rows == []
    assert incidents(planted) == {KEY: "critical"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A state with one finding, and no AWS any more."""
    with Sandbox() as sandbox:
        Account(sandbox).make("web")
        program = Program(tmp_path_factory.mktemp("planted"), sandbox.endpoint)
        program.run(*SCAN)
    return program


def test_the_file_comes_first(program: Program) -> None:
    (program.home / "rulings.toml").write_text(
        '[[accept]]\ncheck = "s3-001"\narn = "arn:aws:s3:::web"\nreason = "site"\napprover = "Bob"\n'
        'accepted = 2026-01-01\nexpires = 2099-01-01\n[[owner]]\nname = "web team"\narn = "*web"\n'
    )
    program.environment["TENFOLD_ALERTS_RULINGS"] = "rulings.toml"
    assert last_line(program.run(*SCAN)) == "0 incidents opened, 0 closed, 0 open; 1 finding accepted"
    for command in (("accept", KEY, *SAID), ("withdraw", KEY)):
        ended = program.run("finding", *command)
        assert ended.code == 2
        assert "the file of acceptances has" in ended.err
    (row,) = program.run("finding", "acceptances", "--format", "json").rows
    assert (row["from"], row["approver"]) == ("file", "Bob")


def test_owners_come_from_tags_units_and_contacts(account: Account, program: Program) -> None:
    account.make("tagged")
    account.s3.put_bucket_tagging(Bucket="tagged", Tagging={"TagSet": [{"Key": "Owner", "Value": "ann"}]})
    organizations = account.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="Retail")["OrganizationalUnit"]["Id"]
    own = account.client("sts").get_caller_identity()["Account"]
    program.run(*SCAN)
    assert owners(program) == {
        "tagged": ("ann", "tag Owner of the resource"),
        "web": ("unowned", "default: nothing that was read names one"),
    }
    contact = {"Name": "Ann", "EmailAddress": "sec@company.example", "Title": "x", "PhoneNumber": "+1"}
    account.client("account").put_alternate_contact(AlternateContactType="SECURITY", **contact)
    assert reopened(program)["web"] == ("sec@company.example", f"security contact of account {own}")
    organizations.move_account(AccountId=own, SourceParentId=root, DestinationParentId=unit)
    assert reopened(program)["web"] == ("Retail", f"organisational unit Retail of account {own}")
    organizations.tag_resource(ResourceId=own, Tags=[{"Key": "team", "Value": "platform"}])
    assert reopened(program)["web"] == ("platform", f"tag team of account {own}")
    account.deny("s3:GetBucketTagging", "organizations:ListTagsForResource")
    name, evidence = reopened(program)["tagged"]
    assert name == "Retail"
    assert "not read: tags of the resource (denied: s3:GetBucketTagging), tags of the account (denied" in evidence


def owners(program: Program) -> dict[str, tuple[str, str]]:
    rows = program.run("finding", "incidents", "--format", "json").rows
    return {row["arn"].rpartition(":")[2]: (row["owner"], row["owner_evidence"]) for row in rows}


def reopened(program: Program) -> dict[str, tuple[str, str]]:
    """The owners that incidents get when they open now."""
    for name in owners(program):
        program.run("finding", "close", f"s3-001|arn:aws:s3:::{name}", "--proof", "a test")
    program.run(*SCAN)
    return owners(program)
