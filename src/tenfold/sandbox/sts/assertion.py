"""A SAML answer taken apart: the signed assertion, and what it says."""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.dom.minidom import Document, Element, parseString
from xml.parsers.expat import ExpatError

import msgspec

from tenfold.model.arn import Arn
from tenfold.sandbox.sts.checks import StsError
from tenfold.sandbox.sts.signature import certificates_in, children, signed_by

PROTOCOL, ASSERTION = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_FORMAT = "urn:oasis:names:tc:SAML:"
_MOST_ELEMENTS = 5_000


class Assertion(msgspec.Struct, frozen=True):
    """What an assertion says. `attributes` are AWS's by their short names; times are None where none is given."""

    issuer: str
    subject: str
    subject_type: str
    recipients: tuple[str, ...]
    audiences: tuple[str, ...]
    not_before: datetime | None
    not_after: datetime | None
    session_end: datetime | None
    attributes: dict[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """The only value of an attribute; empty when there is none."""
        return next(iter(self.attributes.get(name, ())), "")


def invalid_token(text: str) -> StsError:
    """An assertion or a token that will not do."""
    return StsError("InvalidIdentityToken", text)


def read_assertion(encoded: str) -> tuple[Element, Assertion]:
    """The one assertion of a Base64 answer, as it stands there and read.

    Raises:
        StsError: when it is no SAML answer with one assertion.
    """
    root = _document(_decoded(encoded)).documentElement
    found = root.getElementsByTagNameNS(ASSERTION, "Assertion") if root else []
    if root is None or (root.namespaceURI, root.localName) != (PROTOCOL, "Response") or len(found) != 1:
        raise invalid_token("SAML Assertion is not a SAML response with one assertion")
    if found[0].parentNode is not root:
        raise invalid_token("SAML Assertion does not stand where it belongs")
    return found[0], _read(found[0])


def check_signature(assertion: Element, metadata: str) -> None:
    """Refuse an assertion that neither itself nor its answer is signed by the provider.

    Raises:
        StsError: when no signature holds with a certificate of the provider's metadata.
    """
    described = _document(metadata.encode()).documentElement
    certificates = list(certificates_in(described)) if described else []
    holders = [assertion, assertion.parentNode]
    if not any(isinstance(one, Element) and signed_by(one, certificates) for one in holders):
        raise invalid_token("Response signature invalid")


def name_qualifier(issuer: str, provider: Arn) -> str:
    """The hash by which AWS tells apart users of one name: of issuer, account and the provider's name."""
    text = f"{issuer}{provider.account}/{provider.resource.rsplit('/', 1)[-1]}"
    return base64.b64encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode()


def issuer_of(metadata: str) -> str:
    """The entity id of a provider's metadata document; empty when it names none."""
    root = _document(metadata.encode()).documentElement
    return str(root.getAttribute("entityID")) if root else ""


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise invalid_token("SAML Assertion is not Base64") from None


def _document(text: bytes) -> Document:
    """Parsed; a document type, which could bring entities in, is refused."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text.count(b"<") > _MOST_ELEMENTS:
        raise invalid_token("Invalid base64 SAMLResponse")
    try:
        return parseString(text)  # noqa: S318 - without a document type there is nothing to expand
    except (ExpatError, ValueError):
        raise invalid_token("Invalid base64 SAMLResponse") from None


def _read(assertion: Element) -> Assertion:
    conditions = next(iter(children(assertion, ASSERTION, "Conditions")), None)
    name = next(iter(assertion.getElementsByTagNameNS(ASSERTION, "NameID")), None)
    statements = assertion.getElementsByTagNameNS(ASSERTION, "AuthnStatement")
    confirmations = assertion.getElementsByTagNameNS(ASSERTION, "SubjectConfirmationData")
    ends = [_time(one, "NotOnOrAfter") for one in (*([conditions] if conditions else []), *confirmations)]
    return Assertion(
        issuer=_first(assertion, "Issuer"),
        subject=_text(name) if name else "",
        subject_type=_kind(name.getAttribute("Format") if name else ""),
        recipients=tuple(one.getAttribute("Recipient") for one in confirmations),
        audiences=tuple(_text(one) for one in assertion.getElementsByTagNameNS(ASSERTION, "Audience")),
        not_before=_time(conditions, "NotBefore") if conditions else None,
        not_after=min((end for end in ends if end), default=None),
        session_end=min((end for one in statements if (end := _time(one, "SessionNotOnOrAfter"))), default=None),
        attributes=dict(_attributes(assertion)),
    )


def _attributes(assertion: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    for attribute in assertion.getElementsByTagNameNS(ASSERTION, "Attribute"):
        name = attribute.getAttribute("Name")
        if name.startswith(ATTRIBUTES):
            yield (
                name.removeprefix(ATTRIBUTES),
                tuple(_text(one) for one in children(attribute, ASSERTION, "AttributeValue")),
            )


def _kind(name_format: str) -> str:
    """`SubjectType`: the end of a SAML format, any other format whole; transient and persistent are the usual ones."""
    return name_format.rsplit(":", 1)[-1] if name_format.startswith(_FORMAT) else name_format


def _time(element: Element, name: str) -> datetime | None:
    text = element.getAttribute(name)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_token(f"{name} is not a time: {text}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _first(element: Element, name: str) -> str:
    found = children(element, ASSERTION, name)
    return _text(found[0]) if found else ""


def _text(element: Element) -> str:
    return "".join(node.data for node in element.childNodes if node.nodeType == node.TEXT_NODE).strip()
