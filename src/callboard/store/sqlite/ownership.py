"""One engine process has the file: a lock beside it, and a refusal of file systems where locks lie.

The lock is the operating system's (`flock` on FILE.lock), so it ends with the process, however that
ends. The lock file stays; removing it while an engine runs would let a second one in.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path, PurePosixPath
from typing import IO, Final

from callboard.ports.store import StoreError

_PAUSE: Final = 0.05
_MOUNTS: Final = Path("/proc/self/mountinfo")
NETWORK: Final = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.cephfs"),
        *("fuse.davfs", "fuse.gcsfuse", "fuse.glusterfs", "fuse.juicefs", "fuse.moosefs"),
        *("fuse.mfs", "fuse.rclone", "fuse.s3fs", "fuse.seaweedfs", "fuse.smbnetfs", "fuse.sshfs"),
        *("gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs"),
        *("pvfs2", "smb3", "smbfs"),
    }
)
"""File systems that several machines share, or whose locks another machine keeps."""


class Ownership:
    """The right to be the engine of a database file, until `release`."""

    def __init__(self, path: Path, wait: float = 0.0) -> None:
        """Take it. Raises StoreError, which names the file, when another process has it, and keeps
        it for so many seconds.
        """
        self._file = _open(path)
        try:
            _lock(self._file, time.monotonic() + wait)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read(32).strip()
            self._file.close()
            process = f" (process {holder})" if holder.isdigit() else ""
            raise StoreError(
                f"The database {path} is in use by another Callboard{process}. "
                "A SQLite file has one engine: stop the other one, or use another file."
            ) from None
        except OSError as error:
            self._file.close()
            raise StoreError(f"The database {path} cannot be locked: {error.strerror}.") from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Give it back; again does nothing."""
        self._file.close()


def refuse_network(path: Path, mounts: str | None = None) -> None:
    """Raises StoreError when the file would lie on a network file system.

    There a commit may not be on disk when it says so, and locks may not hold. `mounts` is the text
    of Linux's `/proc/self/mountinfo`; where the system has none, nothing is refused.
    """
    if mounts is None:
        if not _MOUNTS.exists():
            return
        mounts = _MOUNTS.read_text(errors="replace")
    kind = _kind(path.resolve(), mounts)
    if kind in NETWORK:
        raise StoreError(
            f"The database {path} lies on a network file system ({kind}), where SQLite cannot "
            "keep its promises. Put it on a local disk, or use PostgreSQL."
        )


def _lock(file: IO[str], until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _open(path: Path) -> IO[str]:
    try:
        return path.with_name(path.name + ".lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"The database {path} cannot be opened: {error.strerror}.") from None


def _kind(path: Path, mounts: str) -> str:
    """The file system that `path` is on: that of the longest mount point above it, the last one
    mounted there."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if not after:
            continue
        point = PurePosixPath(before.split(" ")[4].encode().decode("unicode_escape"))
        depth = len(point.parts)
        if depth >= best and path.is_relative_to(point):
            best, kind = depth, after.split(" ")[0]
    return kind
