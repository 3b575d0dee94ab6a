"""CloudTrail's own notices: it tells the topic of a trail which log files it has written."""

import json
from collections import defaultdict
from collections.abc import Sequence

from moto.cloudtrail.models import Trail

from tenfold.sandbox.messages.post import to_topic
from tenfold.sandbox.trails.files import LogFile
from tenfold.sandbox.trails.status import Statuses

VALIDATION = "CloudTrail validation message."
_KEYS = 100
"""How many files one message names at most: a message has 256 KB."""


class Notices:
    """Publishes to the topics of the trails."""

    def __init__(self, statuses: Statuses) -> None:
        self._statuses = statuses

    def tell(self, files: Sequence[LogFile]) -> None:
        """Tell of the files of one delivery: a message for each trail and bucket."""
        by_trail: defaultdict[tuple[int, str], list[LogFile]] = defaultdict(list)
        for file in files:
            by_trail[id(file.trail), file.bucket].append(file)
        for written in by_trail.values():
            for start in range(0, len(written), _KEYS):
                self._publish(written[start : start + _KEYS])

    def _publish(self, files: list[LogFile]) -> None:
        first = files[0]
        if topic := first.trail.topic_arn:
            message = {"s3Bucket": first.bucket, "s3ObjectKey": [file.key for file in files]}
            error = to_topic(topic, json.dumps(message, separators=(",", ":")))
            self._statuses.of(first.trail).notification.note(first.at, error)


def validate(trail: Trail) -> None:
    """Try the topic that a trail has been given, as CloudTrail does: with a sentence of plain text."""
    if trail.topic_arn:
        to_topic(trail.topic_arn, VALIDATION)
