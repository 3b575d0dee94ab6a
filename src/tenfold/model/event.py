"""One log record, and where its bytes lie."""

from datetime import datetime

import msgspec

from tenfold.model.arn import Scope
from tenfold.model.resource import Json


class Origin(msgspec.Struct, frozen=True):
    """Where the bytes of a record lie: the object's bucket and key, and the record's index in it."""

    bucket: str
    key: str
    index: int


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who acted: the identity as AWS wrote it."""

    type: str
    arn: str = ""
    account: str = ""
    access_key_id: str = ""
    source_identity: str = ""


class Event(msgspec.Struct, frozen=True):
    """One record of a log. `action` is `service:EventName`; `record` is the whole record as it was written."""

    id: str
    time: datetime
    scope: Scope
    actor: Actor
    action: str
    targets: tuple[str, ...]
    source: str
    record: Json
    origin: Origin | None = None
