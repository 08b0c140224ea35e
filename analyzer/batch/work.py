"""Analyse one bundle, wherever it lies; nothing here raises for what is wrong with a bundle."""

from __future__ import annotations

import io
import tarfile
import tempfile
import time
from pathlib import Path
from typing import BinaryIO, cast

from analyzer.batch.job import DONE, FAILED, UNCHANGED, Job, Reply
from analyzer.bundle import open_bundle
from analyzer.bundle.model import Bundle, BundleError, Limits


def work(job: Job) -> Reply:
    """The reply to a job. MemoryError and what no handler knows are left to the caller's process."""
    started = time.perf_counter()

    def ended(state: str, reason: str = "") -> Reply:
        reason = reason.removeprefix(f"{Path(job.source).name}: ")
        return Reply(state, time.perf_counter() - started, reason)

    from analyzer.analysis import UnknownSymptom
    from analyzer.signatures.model import SignatureError

    try:
        with _opened(job) as bundle:
            bundle.name = job.name
            if job.sha256 is not None and bundle.sha256() == job.sha256:
                return ended(UNCHANGED)
            return _analysed(job, bundle, started)
    except BundleError as error:
        return ended(FAILED, str(error))
    except (UnknownSymptom, SignatureError, ValueError) as error:
        return ended(FAILED, str(error))
    except OSError as error:
        return ended(FAILED, f"{error.strerror or error}: {error.filename or job.source}")


def _analysed(job: Job, bundle: Bundle, started: float) -> Reply:
    from analyzer.analysis import run
    from analyzer.language import using
    from analyzer.plan import shipped_plan
    from analyzer.report.html import render_html

    with using(job.language):
        analysis = run(bundle, shipped_plan(tuple(Path(pack) for pack in job.packs)), job.at, job.symptom)
    analysis.identity = job.identity
    document = analysis.to_json()
    return Reply(DONE, time.perf_counter() - started, document=document, html=render_html(document))


def _opened(job: Job) -> Bundle:
    source = _fetched(job.source) if "://" in job.source else job.source
    return open_bundle(source, Limits.of(job.limits))


def _fetched(url: str) -> BinaryIO:
    """A bundle on remote storage; a folder there becomes one stream. ImportError names the extra to install."""
    from analyzer.batch.remote import filesystem

    system, path = filesystem(url)
    if not system.isdir(path):
        return cast(BinaryIO, system.open(path, "rb"))
    spooled = tempfile.TemporaryFile()  # noqa: SIM115 - the bundle closes it
    with tarfile.open(fileobj=spooled, mode="w") as tar:
        for each in sorted(system.find(path)):
            entry = tarfile.TarInfo(each[len(path) :].lstrip("/"))
            entry.size = system.size(each)
            with system.open(each, "rb") as file:
                tar.addfile(entry, file)
    spooled.seek(0, io.SEEK_SET)
    return cast(BinaryIO, spooled)
