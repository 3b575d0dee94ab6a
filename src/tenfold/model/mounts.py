"""Which file system a path lies on, by the text of /proc/mounts."""

import re
from pathlib import Path

NETWORK = frozenset(
    {"afs", "ceph", "cifs", "davfs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"}
    | {"glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
"""SQLite's write-ahead log and locks do not work across a network: https://www.sqlite.org/wal.html.

9p is not among them: it is how some sandboxes and virtual machines mount a disk of their own host.
"""


def filesystem(path: Path, mounts: str) -> str:
    """The type of the file system that an absolute path lies on, by the text of /proc/mounts; '' when none fits."""
    longest, kind = Path(), ""
    for line in mounts.splitlines():
        _, mount, mounted, *_ = line.split(" ")
        point = Path(_unescaped(mount))
        # The same point may be mounted over; the later line is the one that is seen.
        if path.is_relative_to(point) and len(point.parts) >= len(longest.parts):
            longest, kind = point, mounted
    return kind


def _unescaped(mount: str) -> str:
    """The kernel writes blanks and backslashes of a mount point as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), mount)
