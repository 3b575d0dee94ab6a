"""What was seen, and where: an answer never goes without."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tenfold.model.resource import Json


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was seen.

    `source` names the facet, statement or event (`policy`, `policy.Statement[0]`, an event id), `seen` is what
    stood there, `as_of` is when that was true, `request` is a concrete request that would succeed. `arn` is the
    resource that it was seen at, when that is another than the finding's.
    """

    source: str
    seen: Json = None
    as_of: datetime | None = None
    request: Mapping[str, str] | None = None
    arn: str = ""
