"""Whether a question can be asked at all, found out before a bundle is touched."""

from __future__ import annotations

from pathlib import Path

from analyzer.batch.job import Job


def wrong_question(job: Job) -> str:
    """What is wrong with the symptom, the moment or the private packs; '' for nothing."""
    from analyzer.judging.symptoms import load_symptoms
    from analyzer.moments import parse_moment
    from analyzer.plan import shipped_plan
    from analyzer.signatures.model import SignatureError

    if job.symptom is not None and load_symptoms().resolve(job.symptom) is None:
        return f"'{job.symptom}' is no portal code or message that vmtriage knows"
    try:
        if job.at is not None:
            parse_moment(job.at)
        if job.packs:
            shipped_plan(tuple(map(Path, job.packs)))
    except (SignatureError, ValueError) as error:
        return str(error)
    return ""
