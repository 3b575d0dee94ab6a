"""The ten risks, numbered and titled as in the source of the product."""

import enum


class Risk(enum.IntEnum):
    """One of the ten risks; the value is its number."""

    CREDENTIALS = 1
    BUCKETS = 2
    DEFAULTS = 3
    PRIVILEGE = 4
    NETWORK = 5
    LOGGING = 6
    INVENTORY = 7
    DOMAINS = 8
    RECOVERY = 9
    MANUAL = 10

    @property
    def title(self) -> str:
        """The risk in the deck's words."""
        return _TITLES[self]


_TITLES = {
    Risk.CREDENTIALS: "Insecure developer credentials",
    Risk.BUCKETS: "Publicly accessible S3 buckets",
    Risk.DEFAULTS: "Default configurations",
    Risk.PRIVILEGE: "No least privilege",
    Risk.NETWORK: "Network constructs",
    Risk.LOGGING: "Logging and monitoring",
    Risk.INVENTORY: "Inventory",
    Risk.DOMAINS: "Domain hijacking",
    Risk.RECOVERY: "No disaster recovery",
    Risk.MANUAL: "Manual configuration",
}
