"""What a key says of its object, by the folder that it lies in."""

import re

from tenfold.store.ledger import ObjectKind

_FOLDER = re.compile(r"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?\d{12}/([^/]+)/")
_SUFFIXES = (".json.gz", ".json", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
_OF_EVENTS = frozenset({"CloudTrail", "CloudTrail-NetworkActivity"})
_ASIDE = {"CloudTrail-Digest": ObjectKind.DIGEST, "CloudTrail-Insight": ObjectKind.INSIGHT}


def kind_of(key: str) -> ObjectKind:
    """What to expect of an object: events (or so it seems; the content decides), a digest, Insights, or another thing.

    Logs of other services lie beside CloudTrail's, each in a folder of its name; so do Insights, which tell of a rate
    of calls and are no calls themselves.
    """
    folder = _FOLDER.search(key)
    service = folder[1] if folder else "CloudTrail"
    if service in _ASIDE:
        return _ASIDE[service]
    is_log = service in _OF_EVENTS and key.lower().endswith(_SUFFIXES)
    return ObjectKind.EVENTS if is_log else ObjectKind.OTHER
