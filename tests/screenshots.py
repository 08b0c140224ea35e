"""`python -m tests.screenshots docs`: pictures of a Linux and a Windows report for the README.

The first screen, the proof and the timeline's charts, light, as the browser shows them; the rest of the page is left
out. They are written with a palette of 256 colours, in which a page of text looks the same at a third of the size.
"""

from __future__ import annotations

import base64
import shutil
import struct
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, sync_playwright

from tests.browser import cases
from tests.browser.conftest import FLAGS

PICTURES = {"report-linux": "backup-freeze-busy", "report-windows": "windows-vss-writer-timeout"}
WIDTH, MOST_HEIGHT = 1280, 2900
MOST_BYTES = 250_000
SHOWN = ("headline", "evidence", "timeline")
LEAVE = """shown => {
  for (const section of document.querySelectorAll("main > section[aria-labelledby]"))
    section.hidden = !shown.includes(section.getAttribute("aria-labelledby"));
  for (const other of document.querySelectorAll("nav, footer, .skip, figure ~ figure")) other.hidden = true;
  const charts = document.querySelector("section[aria-labelledby=timeline] .card");
  return Math.ceil(charts.getBoundingClientRect().bottom + scrollY + 24);
}"""
PIXELS = """async png => {
  const picture = new Image();
  picture.src = "data:image/png;base64," + png;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height), pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const bytes = pen.getImageData(0, 0, picture.width, picture.height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [picture.width, picture.height, btoa(text)];
}"""
Bytes = npt.NDArray[np.uint8]


def shoot(browser: Browser, name: str, page: Path) -> bytes:
    """The picture of a report, as the browser writes it."""
    page.write_text(cases.html(name), "utf-8", newline="\n")
    context = browser.new_context(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce")
    sheet = context.new_page()
    sheet.goto(page.as_uri())
    height = min(MOST_HEIGHT, int(sheet.evaluate(LEAVE, list(SHOWN))))
    picture = sheet.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    context.close()
    return picture


def pixels(browser: Browser, picture: bytes) -> Bytes:
    """Rows of red, green and blue; the browser is the one that reads PNG here."""
    page = browser.new_page()
    width, height, data = page.evaluate(PIXELS, base64.b64encode(picture).decode("ascii"))
    page.close()
    return np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)[:, :, :3]


def with_palette(rows: Bytes) -> bytes:
    """A PNG of 256 colours: the most frequent ones, and the most frequent one of each shade (16 steps a channel), since
    the greys of the letters' edges would push out the few links. Others become the nearest."""
    packed = (rows.astype(np.uint32) << np.array([16, 8, 0], np.uint32)).sum(axis=2, dtype=np.uint32)
    colours, place, count = np.unique(packed, return_inverse=True, return_counts=True)
    parts = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)
    order = np.argsort(-count, kind="stable")
    _, first, shade = np.unique((parts[order] >> 4) @ np.array([256, 16, 1]), return_index=True, return_inverse=True)
    often = np.bincount(shade, weights=count[order])
    chosen = [*range(min(128, len(order))), *first[np.argsort(-often, kind="stable")].tolist()]
    palette = parts[order[list(dict.fromkeys(chosen))[:256]]]
    nearest = np.array([np.abs(palette - part).sum(axis=1).argmin() for part in parts], np.uint8)
    lines = nearest[place.reshape(packed.shape)]
    height, width = lines.shape
    raw = np.hstack([np.zeros((height, 1), np.uint8), lines]).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(raw, 9))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in [*chunks, (b"IEND", b"")])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main(folder: Path) -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as aside:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for title, name in PICTURES.items():
            picture = with_palette(pixels(browser, shoot(browser, name, Path(aside) / f"{title}.html")))
            if len(picture) > MOST_BYTES:
                sys.exit(f"{title} has {len(picture)} bytes, more than {MOST_BYTES}")
            (folder / f"{title}.png").write_bytes(picture)
            print(f"{len(picture):7} {folder / title}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
