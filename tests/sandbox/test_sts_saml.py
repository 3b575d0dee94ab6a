"""AssumeRoleWithSAML: signature, audience, times, roles, and what the session carries."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from xml.dom.minidom import parseString
from xml.etree import ElementTree as ET

import pytest
from tests.sandbox import aws
from tests.sandbox.saml_issuer import ISSUER, Issuer, assertion, response

from tenfold.sandbox.server import Sandbox
from tenfold.sandbox.sts.canonical import canonical

ACCOUNT = "222222222222"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/login"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Engineer"
PAIR = f"{ROLE},{PROVIDER}"
ACTIONS = ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"]


def by_standard_library(text: str) -> bytes:
    return ET.canonicalize(text).encode()


ISSUED, OTHER = Issuer(by_standard_library), Issuer(by_standard_library)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(delivery_seconds=3600) as running:
        keys = aws.session(running, ACCOUNT)
        iam = aws.client(running, "iam", keys)
        iam.create_saml_provider(Name="login", SAMLMetadataDocument=ISSUED.metadata)
        audience = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
        aws.role(running, "Engineer", {"Federated": PROVIDER}, keys, Action=ACTIONS, Condition=audience)
        aws.role(running, "Closed", {"AWS": ACCOUNT}, keys)
        iam.update_role(RoleName="Engineer", MaxSessionDuration=7200)
        yield running


def assume(sandbox: Sandbox, answer: str, **more: Any) -> Any:
    parameters = {"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": answer} | more
    return aws.anonymous(sandbox, "sts").assume_role_with_saml(**parameters)


def refused(sandbox: Sandbox, answer: str, **more: Any) -> tuple[str, str]:
    parameters = {"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": answer} | more
    return aws.refusal(aws.anonymous(sandbox, "sts").assume_role_with_saml, **parameters)


def test_signed_answer_gives_a_session_in_the_roles_account(sandbox: Sandbox) -> None:
    answer = assume(sandbox, ISSUED.answer(role=PAIR))
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Engineer/ada"
    assert (answer["Subject"], answer["SubjectType"], answer["Issuer"]) == ("ada@example.org", "persistent", ISSUER)
    assert answer["Audience"] == "https://signin.aws.amazon.com/saml"
    who = aws.client(sandbox, "sts", answer["Credentials"]).get_caller_identity()
    assert who["Account"] == ACCOUNT
    record = aws.last_record(sandbox, "AssumeRoleWithSAML")
    assert record["recipientAccountId"] == ACCOUNT
    assert record["userIdentity"] == {
        "type": "SAMLUser",
        "principalId": f"{answer['NameQualifier']}:ada@example.org",
        "userName": "ada@example.org",
        "identityProvider": PROVIDER,
    }
    assert record["responseElements"]["subject"] == "ada@example.org"


def test_role_and_provider_in_either_order_among_several(sandbox: Sandbox) -> None:
    pairs = [f"arn:aws:iam::{ACCOUNT}:role/Closed,{PROVIDER}", f"{PROVIDER}, {ROLE}"]
    assert assume(sandbox, ISSUED.answer(attributes={"Role": pairs}))["Credentials"]


def test_session_ends_with_the_providers(sandbox: Sandbox) -> None:
    def left(**facts: Any) -> float:
        end = assume(sandbox, ISSUED.answer(role=PAIR, **facts), DurationSeconds=7200)["Credentials"]["Expiration"]
        return float((end - datetime.now(UTC)).total_seconds())

    assert left() == pytest.approx(7200, abs=30)
    assert left(session_ends=1800) == pytest.approx(1800, abs=30)


def test_tags_and_source_identity_come_with_the_assertion(sandbox: Sandbox) -> None:
    attributes = {"SourceIdentity": ["ada"], "PrincipalTag:team": ["red"], "TransitiveTagKeys": ["team"]}
    answer = assume(sandbox, ISSUED.answer(role=PAIR, attributes=attributes))
    assert answer["SourceIdentity"] == "ada"
    aws.client(sandbox, "s3", answer["Credentials"]).list_buckets()
    identity = aws.last_record(sandbox, "ListBuckets")["userIdentity"]
    assert identity["sessionContext"]["sourceIdentity"] == "ada"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def altered(old: str, new: str) -> str:
    """A signed answer with something else in it than was signed."""
    return encoded(ISSUED.signed(assertion(role=PAIR)).replace(old, new))


def wrapped() -> str:
    """A signed assertion beside another one that claims its id."""
    signed = ISSUED.signed(assertion(role=PAIR))
    return encoded(signed.replace("</samlp:Response>", assertion(role=PAIR, subject="eve") + "</samlp:Response>"))


INVALID: dict[str, tuple[Callable[[], str], str, str]] = {
    "not-base64": (lambda: "%%%%", "InvalidIdentityToken", "Base64"),
    "not-xml": (lambda: encoded("no xml at all"), "InvalidIdentityToken", ""),
    "no-assertion": (lambda: encoded(response("")), "InvalidIdentityToken", ""),
    "entities": (lambda: encoded('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "InvalidIdentityToken", ""),
    "unsigned": (lambda: encoded(response(assertion(role=PAIR))), "InvalidIdentityToken", "signature invalid"),
    "signed-by-another": (lambda: OTHER.answer(role=PAIR), "InvalidIdentityToken", "signature invalid"),
    "altered": (lambda: altered("ada@example.org", "eve@example.org"), "InvalidIdentityToken", "signature invalid"),
    "wrapped": (wrapped, "InvalidIdentityToken", "one assertion"),
    "audience": (lambda: ISSUED.answer(role=PAIR, audience="https://elsewhere.example"), "InvalidIdentityToken", "audience"),
    "issuer": (lambda: ISSUED.answer(role=PAIR, issuer="https://other.example"), "InvalidIdentityToken", "Issuer not present"),
    "over": (lambda: ISSUED.answer(role=PAIR, begins=-900, ends=-1), "ExpiredTokenException", "redeemed"),
    "not-yet": (lambda: ISSUED.answer(role=PAIR, begins=900, ends=1200), "InvalidIdentityToken", "not yet valid"),
    "no-session-name": (lambda: ISSUED.answer(role=PAIR, attributes={"RoleSessionName": []}), "InvalidIdentityToken", "RoleSessionName is required"),
    "session-name": (lambda: ISSUED.answer(role=PAIR, attributes={"RoleSessionName": ["a b"]}), "InvalidIdentityToken", "must match"),
    "no-role": (lambda: ISSUED.answer(role=f"{ROLE}-other,{PROVIDER}"), "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"),
    "other-provider": (lambda: ISSUED.answer(role=f"{ROLE},{PROVIDER}-2"), "AccessDenied", "Not authorized"),
    "bad-time": (lambda: altered("NotBefore=", 'NotBefore="yesterday" a='), "InvalidIdentityToken", "not a time"),
}  # fmt: skip


@pytest.mark.parametrize("name", INVALID)
def test_answers_that_will_not_do(sandbox: Sandbox, name: str) -> None:
    answer, code, text = INVALID[name]
    found = refused(sandbox, answer())
    assert found[0] == code
    assert text in found[1]


def test_limits_trust_and_unknown_provider(sandbox: Sandbox) -> None:
    code, text = refused(sandbox, ISSUED.answer(role=PAIR), DurationSeconds=7201)
    assert (code, "MaxSessionDuration" in text) == ("ValidationError", True)
    closed = f"arn:aws:iam::{ACCOUNT}:role/Closed"
    assert refused(sandbox, ISSUED.answer(role=f"{closed},{PROVIDER}"), RoleArn=closed)[0] == "AccessDenied"
    unknown = PROVIDER + "-unknown"
    answer = ISSUED.answer(role=f"{ROLE},{unknown}")
    assert refused(sandbox, answer, PrincipalArn=unknown) == (
        "InvalidIdentityToken",
        "Specified provider doesn't exist",
    )


DOCUMENTS = [
    '<a:x xmlns:a="urn:a" xmlns:b="urn:b" b:z="1" a:y="2" c="3"><b:in xmlns:b="urn:b2"/><a:in/>text &amp; &lt;more&gt;</a:x>',
    '<x xmlns="urn:d"><y xmlns=""><z/></y><w a="&quot;q&quot;&#9;&#10;"/><!-- not shown --><?pi data?></x>',
    '<s:e xmlns:s="urn:s" xmlns:unused="urn:u" ID="1"><s:f xmlns:q="urn:q" q:a="\'"><![CDATA[<raw>]]></s:f></s:e>',
]


@pytest.mark.parametrize("text", DOCUMENTS[::2])  # it loses an outer default name space that was taken back inside
def test_canonical_form_is_the_standard_librarys(text: str) -> None:
    root = parseString(text).documentElement
    assert root is not None
    assert canonical(root) == by_standard_library(text)


@pytest.mark.parametrize("text", DOCUMENTS)
def test_canonical_form_inside_another_document_is_lxmls(text: str) -> None:
    etree = pytest.importorskip("lxml.etree", reason="no second implementation of exclusive canonical XML here")
    outer = f'<o:outer xmlns:o="urn:o" xmlns:s="urn:other" xmlns="urn:outer">{text}</o:outer>'
    root = parseString(outer).documentElement
    assert root is not None
    ours = canonical(root.firstChild)  # type: ignore[arg-type]  # an element by construction
    assert ours == etree.tostring(etree.fromstring(outer)[0], method="c14n", exclusive=True, with_comments=False)
    prefixes = frozenset({"o", "s"})
    theirs = etree.tostring(
        etree.fromstring(outer)[0],
        method="c14n",
        exclusive=True,
        with_comments=False,
        inclusive_ns_prefixes=sorted(prefixes),
    )
    assert canonical(root.firstChild, inclusive=prefixes) == theirs  # type: ignore[arg-type]  # as above
