"""What a file is by its first bytes. Names are never asked: customers rename."""

from __future__ import annotations

from analyzer.bundle.encoding import utf16_of

HEAD = 64 << 10
TAR_BLOCK = 512
COMPRESSIONS = (
    ("gz", b"\x1f\x8b\x08"),
    ("xz", b"\xfd7zXZ\x00"),
    ("zst", b"\x28\xb5\x2f\xfd"),
)
COMPRESSED = frozenset({"gz", "xz", "bz2", "zst"})
BZIP2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")  # a block, or the end of an empty stream
ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")

# Files that people send and that hold no bundle, with what to say.
FOREIGN = (
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it and give the folder, or send a zip or tar.gz"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it and give the folder, or send a zip or tar.gz"),
    (b"MSCF", "a cabinet file: unpack it and give the folder"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"conectix", "a virtual disk"),
    (b"vhdxfile", "a virtual disk"),
    (b"SQLite format 3\0", "a database"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"!<arch>\n", "a Debian package"),
)
# Binary files that hold what a bundle is about, with the way to have it as text.
BINARY_LOGS = (
    (b"LPKSHHRH", "a binary journal: export it with journalctl"),
    (b"regf", "a registry hive: export its keys with 'reg query KEY /s' or 'reg export KEY FILE'"),
)
OLD_EVENT_LOG = b"LfLe"  # behind the length of the header
OLD_EVENT_LOG_WORDS = "an event log of Windows 2003: convert it with 'wevtutil epl OLD.evt NEW.evtx /lf'"
EVENT_LOG = b"ElfFile\0"


def container(head: bytes) -> str:
    """'gz' · 'xz' · 'bz2' · 'zst' · 'tar' · 'zip', or '' for anything else."""
    for kind, magic in COMPRESSIONS:
        if head.startswith(magic):
            return kind
    if head[:3] == b"BZh" and head[3:4].isdigit() and head[4:10] in BZIP2_BLOCKS:
        return "bz2"
    if head.startswith(ZIPS):
        return "zip"
    return "tar" if head[257:262] == b"ustar" or is_tar_header(head) else ""


def is_tar_header(block: bytes) -> bool:
    """Whether a block has the checksum of a tar header, which also holds for v7 archives without a magic."""
    if len(block) < TAR_BLOCK or not block[0]:
        return False
    try:
        declared = int(block[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    return declared == sum(block[:148]) + 8 * ord(" ") + sum(block[156:TAR_BLOCK])


def binary_log(head: bytes) -> str:
    """What a binary file that is not read holds, and how to have it as text; '' for anything else."""
    if head[4:8] == OLD_EVENT_LOG:
        return OLD_EVENT_LOG_WORDS
    return next((words for magic, words in BINARY_LOGS if head.startswith(magic)), "")


def foreign(head: bytes) -> str:
    """What a file that is no bundle seems to be, in words; '' where it may be a log."""
    for magic, words in FOREIGN:
        if head.startswith(magic):
            return words
    if not head.strip(b"\0"):
        return "an empty tar archive or a file of zero bytes only"
    if head.startswith(EVENT_LOG) or binary_log(head) or utf16_of(head) is not None:
        return ""
    # Logs of a VM that was switched off hold runs of zero bytes, so a few of them say nothing.
    strange = sum(head.count(bytes((byte,))) for byte in (*range(1, 8), *range(14, 27), *range(28, 32)))
    return "a binary file of an unknown kind" if strange * 20 > len(head) - head.count(0) else ""
