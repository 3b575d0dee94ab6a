"""Web identity tokens (RFC 7519), read without their signature."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from tenfold.model.arn import Arn
from tenfold.sandbox.sts.checks import StsError
from tenfold.sandbox.tables import EVENT_SOURCE_SUFFIX

_PARTS = 3
# Providers that every account knows by their domain
PUBLIC = frozenset(
    {"accounts.google.com", f"cognito-identity{EVENT_SOURCE_SUFFIX}", "graph.facebook.com", "www.amazon.com"}
)


class Token(msgspec.Struct, frozen=True):
    """The claims of a token."""

    claims: Mapping[str, Any]

    @property
    def issuer(self) -> str:
        """`iss`."""
        return str(self.claims.get("iss", ""))

    @property
    def host(self) -> str:
        """The issuer without its scheme: what the provider and the condition keys are called."""
        return self.issuer.removeprefix("https://").rstrip("/")

    @property
    def subject(self) -> str:
        """`sub`."""
        return str(self.claims.get("sub", ""))

    @property
    def audience(self) -> str:
        """`aud`, the first where there are several; `azp` counts where it is given."""
        found = self.claims.get("azp") or self.claims.get("aud") or ""
        return str(found[0]) if isinstance(found, list) and found else str(found)

    def provider(self, account: Arn) -> str:
        """What a trust policy calls the provider, in the account of a role."""
        if self.host in PUBLIC:
            return self.host
        return str(Arn(account.partition, "iam", "", account.account, f"oidc-provider/{self.host}"))


def read_token(text: str) -> Token:
    """Read a token.

    Raises:
        StsError: when it is not a signed token with the claims that every token has.
    """
    parts = text.split(".")
    try:
        claims = (
            json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
            if len(parts) == _PARTS
            else None
        )
    except (ValueError, binascii.Error):
        claims = None
    if not isinstance(claims, dict):
        raise StsError(
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        )
    for name in ("iss", "sub", "aud", "exp"):
        if name not in claims:
            raise StsError("InvalidIdentityToken", f"Missing a required claim: {name}")
    if not isinstance(claims["exp"], int | float):
        raise StsError("InvalidIdentityToken", "The exp claim is not a number")
    return Token(claims)
