"""Bytes that must be kept to be read again: standard input, and zip archives inside archives.

They go to memory or to one temporary file without a name, under a limit, and vanish with the process.
"""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from analyzer.bundle.model import BundleError, Limits
from analyzer.bundle.streams import Damage, Stream
from analyzer.bundle.walk import LimitReached, Meter, Walk

STEP = 1 << 20
IN_MEMORY = 8 << 20


@dataclass
class Spooled:
    """A stream that was poured out, and its digest."""

    handle: BinaryIO
    sha256: str


def spool(stream: BinaryIO, limits: Limits) -> Spooled:
    """Pour a stream that cannot be read twice into a temporary file without a name. Raises BundleError."""
    handle = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - lives as long as the bundle
    digest = hashlib.sha256()
    size = 0
    try:
        while block := stream.read(STEP):
            if not isinstance(block, bytes):
                raise BundleError("the stream gives text, not bytes: open it in binary mode")
            size += len(block)
            if size > limits.max_spool_bytes:
                raise BundleError(f"standard input is longer than {limits.max_spool_bytes} bytes")
            digest.update(block)
            _keep(handle, block)
        handle.seek(0)
    except OSError as error:
        _drop(handle)
        raise BundleError(f"standard input cannot be read: {error.strerror or error}") from error
    except BundleError:
        _drop(handle)
        raise
    return Spooled(handle, digest.hexdigest())


def _keep(handle: BinaryIO, block: bytes) -> None:
    try:
        handle.write(block)
        handle.flush()
    except OSError as error:
        reason = f"no room for it in {tempfile.gettempdir()}: {error.strerror or error}"
        raise BundleError(f"standard input cannot be kept: {reason}") from error


def _drop(handle: BinaryIO) -> None:
    with suppress(OSError):  # what a full disk did not take is written once more when the file is closed
        handle.close()


def hold(stream: Stream, walk: Walk) -> tuple[BinaryIO, float]:
    """A nested archive that needs seeking, and its outermost packed bytes per byte. Raises LimitReached, Damage."""
    handle = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    meter = Meter(walk, stream)
    start = stream.packed()
    try:
        while block := stream.read(STEP):
            meter.add(len(block))
            if meter.given > walk.limits.max_nested_bytes:
                raise LimitReached(f"an archive of more than {walk.limits.max_nested_bytes} bytes inside the bundle")
            handle.write(block)
        handle.seek(0)
    except OSError as error:
        _drop(handle)
        raise Damage(f"no room for an archive inside the bundle: {error.strerror or error}") from error
    except BaseException:
        _drop(handle)
        raise
    packed = max(1, stream.packed() - start)
    return handle, min(1.0, packed / max(1, meter.given))
