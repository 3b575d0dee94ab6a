"""The columns of the lake's tables, as Arrow."""

import pyarrow as pa

_INSTANT = pa.timestamp("us", tz="UTC")

BODIES = (
    "user_identity",
    "request_parameters",
    "response_elements",
    "additional_event_data",
    "resources",
    "service_event_details",
    "tls_details",
    "addendum",
    "event_context",
    "insight_details",
    "other",
)
"""JSON text as it stood in the file, null when absent or JSON null: its shape differs from API to API.

`other` is a JSON object of the top-level fields that no column knows, null when there are none.
"""

ORIGIN = ("object_bucket", "object_key", "record_index")
"""Where the record lies, so that its bytes can be found again. All other columns are what it says."""

_REQUIRED = frozenset({"event_id", "event_time", *ORIGIN})

_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("event_id", pa.string()),
    ("event_time", _INSTANT),
    ("event_version", pa.string()),
    ("event_source", pa.string()),
    ("event_name", pa.string()),
    ("aws_region", pa.string()),
    ("source_ip_address", pa.string()),  # an address, a service's name, or `AWS Internal`
    ("user_agent", pa.string()),
    ("error_code", pa.string()),
    ("error_message", pa.string()),
    ("request_id", pa.string()),
    ("event_type", pa.string()),
    ("event_category", pa.string()),
    ("read_only", pa.bool_()),
    ("management_event", pa.bool_()),
    ("recipient_account_id", pa.string()),
    ("shared_event_id", pa.string()),
    ("vpc_endpoint_id", pa.string()),
    ("api_version", pa.string()),
    ("user_identity_type", pa.string()),
    ("user_identity_principal_id", pa.string()),
    ("user_identity_arn", pa.string()),
    ("user_identity_account_id", pa.string()),
    ("user_identity_access_key_id", pa.string()),
    ("user_identity_user_name", pa.string()),
    ("user_identity_invoked_by", pa.string()),
    ("session_issuer_arn", pa.string()),
    ("session_source_identity", pa.string()),
    ("session_mfa_authenticated", pa.bool_()),
    ("session_credential_from_console", pa.bool_()),
    ("original_event_id", pa.string()),  # addendum.originalEventID: the event that this one corrects
    ("addendum_reason", pa.string()),
    *((name, pa.string()) for name in BODIES),
    ("object_bucket", pa.string()),
    ("object_key", pa.string()),
    ("record_index", pa.int32()),
)

CLOUDTRAIL: pa.Schema = pa.schema([pa.field(name, kind, nullable=name not in _REQUIRED) for name, kind in _COLUMNS])
"""One row a CloudTrail record: 46 columns.

`event_id` is `sha256:` and the hex digest of the record's bytes where the record has no eventID.
A local file's `object_bucket` is `file`, its `object_key` the absolute path.
"""
