"""An identity provider of SAML for tests: its metadata, and answers that it signs."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.dom.minidom import parseString

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

ISSUER, AUDIENCE = "https://login.example/saml", "https://signin.aws.amazon.com/saml"
_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_SIGNED_INFO = (
    '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>'
    '<ds:Reference URI="#{id}"><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>'
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
Canonicalize = Callable[[str], bytes]
"""A whole document's canonical form, by somebody else's code than the one that is tested."""


class Issuer:
    """A key pair with its certificate."""

    def __init__(self, canonicalize: Canonicalize) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._canonicalize = canonicalize
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "login.example")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, self._key.public_key(), 7, now, now + timedelta(days=1))
        signed = made.sign(self._key, hashes.SHA256())
        self._certificate, self.pem = signed.public_bytes(Encoding.DER), signed.public_bytes(Encoding.PEM).decode()

    @property
    def metadata(self) -> str:
        """What CreateSAMLProvider takes; AWS wants a thousand characters."""
        certificate = base64.b64encode(self._certificate).decode()
        return (
            '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ISSUER}"><md:IDPSSODescriptor>'
            f'<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}'
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor></md:IDPSSODescriptor>"
            f"</md:EntityDescriptor><!--{'.' * 200}-->"
        )

    def answer(self, **facts: object) -> str:
        """A signed answer as a browser would carry it, in Base64; `facts` change what `assertion` says."""
        return base64.b64encode(self.signed(assertion(**facts)).encode()).decode()  # type: ignore[arg-type]  # facts of a test

    def signed(self, text: str) -> str:
        """The assertion with its signature, inside an answer."""
        content = self._canonicalize(text)
        identity = parseString(text).documentElement.getAttribute("ID")  # type: ignore[union-attr]  # it has a root
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        info = _SIGNED_INFO.format(id=identity, digest=digest)
        value = self._key.sign(self._canonicalize(info), padding.PKCS1v15(), hashes.SHA256())
        signature = (
            f'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{info}'
            f"<ds:SignatureValue>{base64.b64encode(value).decode()}</ds:SignatureValue></ds:Signature>"
        )
        return response(text.replace("</saml:Issuer>", "</saml:Issuer>" + signature, 1))


def response(inside: str) -> str:
    """An answer of the protocol around an assertion."""
    return f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0">{inside}</samlp:Response>'


def assertion(
    *,
    role: str = "",
    subject: str = "ada@example.org",
    audience: str = AUDIENCE,
    issuer: str = ISSUER,
    begins: int = -60,
    ends: int = 300,
    session_ends: int | None = None,
    attributes: dict[str, list[str]] | None = None,
    now: datetime | None = None,
) -> str:
    """An assertion; times are seconds from now, `role` a value of the Role attribute."""
    at = now or datetime.now(UTC)
    times = {
        name: f"{at + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}" for name, seconds in (("b", begins), ("e", ends))
    }
    session = (
        f' SessionNotOnOrAfter="{at + timedelta(seconds=session_ends):%Y-%m-%dT%H:%M:%SZ}"' if session_ends else ""
    )
    named = {"Role": [role], "RoleSessionName": ["ada"]} | (attributes or {})
    shown = "".join(
        f'<saml:Attribute Name="{_ATTRIBUTES}{name}">'
        + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in named.items()
    )
    return (
        f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0">'
        f"<saml:Issuer>{issuer}</saml:Issuer><saml:Subject>"
        '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">'
        f"{subject}</saml:NameID><saml:SubjectConfirmation>"
        f'<saml:SubjectConfirmationData Recipient="{AUDIENCE}" NotOnOrAfter="{times["e"]}"></saml:SubjectConfirmationData>'
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{times["b"]}" NotOnOrAfter="{times["e"]}"><saml:AudienceRestriction>'
        f"<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{times["b"]}"{session}></saml:AuthnStatement>'
        f"<saml:AttributeStatement>{shown}</saml:AttributeStatement></saml:Assertion>"
    )
