"""XML signatures of SAML answers, as identity providers make them: RSA or ECDSA over exclusive canonical XML."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator
from xml.dom.minidom import Element

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import Certificate, load_der_x509_certificate

from tenfold.sandbox.sts.canonical import EXCLUSIVE, canonical

DSIG = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED = DSIG + "enveloped-signature"
_MORE, _ENC = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2001/04/xmlenc#"
_DIGESTS = {DSIG + "sha1": "sha1", _ENC + "sha256": "sha256", _MORE + "sha384": "sha384", _ENC + "sha512": "sha512"}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    DSIG + "rsa-sha1": hashes.SHA1(),  # noqa: S303 - what old identity providers sign with; AWS takes it
    _MORE + "rsa-sha256": hashes.SHA256(),
    _MORE + "rsa-sha384": hashes.SHA384(),
    _MORE + "rsa-sha512": hashes.SHA512(),
    _MORE + "ecdsa-sha256": hashes.SHA256(),
    _MORE + "ecdsa-sha384": hashes.SHA384(),
    _MORE + "ecdsa-sha512": hashes.SHA512(),
}


def children(element: Element, space: str, name: str) -> list[Element]:
    """The child elements of a name."""
    found = (node for node in element.childNodes if isinstance(node, Element))
    return [node for node in found if node.namespaceURI == space and node.localName == name]


def signed_by(element: Element, certificates: Iterable[Certificate]) -> bool:
    """Whether a signature inside the element is over this very element, and made with a key of the certificates."""
    signatures = children(element, DSIG, "Signature")
    if len(signatures) != 1:
        return False
    try:
        return _covers(signatures[0], element) and _made_with(signatures[0], certificates)
    except (binascii.Error, IndexError, KeyError):
        return False  # a part of the signature is missing, or of a kind that is not known


def certificates_in(metadata: Element) -> Iterator[Certificate]:
    """The certificates that a provider's metadata document names for signing; those that cannot be read are none."""
    for text in metadata.getElementsByTagNameNS(DSIG, "X509Certificate"):
        try:
            yield load_der_x509_certificate(base64.b64decode(_text(text)))
        except (ValueError, binascii.Error):
            continue


def _covers(signature: Element, element: Element) -> bool:
    """One reference, to the element by its own id, with the digest of the element as it stands here."""
    (reference,) = children(children(signature, DSIG, "SignedInfo")[0], DSIG, "Reference")
    if reference.getAttribute("URI") != "#" + element.getAttribute("ID"):
        return False
    transforms = [
        one for group in children(reference, DSIG, "Transforms") for one in children(group, DSIG, "Transform")
    ]
    if {one.getAttribute("Algorithm") for one in transforms} - {ENVELOPED, EXCLUSIVE}:
        return False
    content = canonical(element, without=signature, inclusive=_prefixes(transforms))
    digest = hashlib.new(_DIGESTS[_algorithm(reference, "DigestMethod")], content).digest()
    return digest == base64.b64decode(_text(children(reference, DSIG, "DigestValue")[0]))


def _made_with(signature: Element, certificates: Iterable[Certificate]) -> bool:
    info = children(signature, DSIG, "SignedInfo")[0]
    method = children(info, DSIG, "CanonicalizationMethod")[0]
    if method.getAttribute("Algorithm") != EXCLUSIVE:
        return False
    content = canonical(info, inclusive=_prefixes([method]))
    value = base64.b64decode(_text(children(signature, DSIG, "SignatureValue")[0]))
    kind = _HASHES[_algorithm(info, "SignatureMethod")]
    return any(_verifies(certificate, value, content, kind) for certificate in certificates)


def _verifies(certificate: Certificate, value: bytes, content: bytes, kind: hashes.HashAlgorithm) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, content, padding.PKCS1v15(), kind)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            half = len(value) // 2
            pair = int.from_bytes(value[:half]), int.from_bytes(value[half:])
            key.verify(encode_dss_signature(*pair), content, ec.ECDSA(kind))
            return True
    except InvalidSignature:
        return False
    return False


def _prefixes(steps: list[Element]) -> frozenset[str]:
    """The prefixes that the steps of exclusive canonicalization treat inclusively."""
    lists = (one for step in steps for one in children(step, EXCLUSIVE, "InclusiveNamespaces"))
    return frozenset(prefix for one in lists for prefix in one.getAttribute("PrefixList").split())


def _algorithm(element: Element, name: str) -> str:
    return str(children(element, DSIG, name)[0].getAttribute("Algorithm"))


def _text(element: Element) -> str:
    return "".join(node.data for node in element.childNodes if node.nodeType == node.TEXT_NODE)
