"""UTF-16 and byte order marks: everything behind this speaks UTF-8 (or whatever bytes a log really holds)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

SAMPLE = 4 << 10
UTF8_BOM = b"\xef\xbb\xbf"


def utf16_of(head: bytes) -> str | None:
    """'utf-16-le' or 'utf-16-be' where the bytes begin with a mark, or where every other byte of the sample is zero
    as in ASCII text written as UTF-16 without a mark; else None."""
    if head.startswith(codecs.BOM_UTF32_LE):
        return None
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = head[: SAMPLE & ~1]
    half = len(sample) // 2
    if half < 4:
        return None
    even_zero, odd_zero = sample[0 : 2 * half : 2].count(0), sample[1 : 2 * half : 2].count(0)
    if odd_zero * 10 >= half * 7 and even_zero * 10 < half:
        return "utf-16-le"
    if even_zero * 10 >= half * 7 and odd_zero * 10 < half:
        return "utf-16-be"
    return None


def decode_head(head: bytes) -> bytes:
    """The head of a file as UTF-8, without a mark. A character cut at the end is dropped."""
    encoding = utf16_of(head)
    if encoding is None:
        return head.removeprefix(UTF8_BOM)
    return head[: len(head) & ~1].decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def decode_blocks(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 blocks as UTF-8, a UTF-8 byte order mark dropped, anything else unchanged.

    The encoding is decided once, by the first bytes. Broken UTF-16 becomes U+FFFD, never an exception."""
    head = b""
    for block in blocks:
        head += block
        if len(head) >= SAMPLE:
            break
    encoding = utf16_of(head)
    if encoding is None:
        head = head.removeprefix(UTF8_BOM)
        if head:
            yield head
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(head).removeprefix("\ufeff")
    if text:
        yield text.encode("utf-8", "replace")
    for block in blocks:
        text = decoder.decode(block)
        if text:
            yield text.encode("utf-8", "replace")
    text = decoder.decode(b"", final=True)
    if text:
        yield text.encode("utf-8", "replace")
