"""Storage that is not a local disk, through fsspec (the extra `remote`): abfs://container/folder, s3://bucket/key, …"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


def filesystem(url: str) -> tuple[AbstractFileSystem, str]:
    """(the file system, the path on it). ImportError says what to install for a scheme."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise ImportError("remote storage needs an extra: pip install 'vmtriage[remote]'") from None
    system, path = url_to_fs(url)
    return system, str(path)
