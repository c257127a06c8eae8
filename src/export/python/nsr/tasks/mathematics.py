"""Answers of mathematics, by the playground's grader (docs/grader.md): MATH's boxes and GSM8K's numbers."""

from ..grader.grade import grade as verdict


def _grade(kind, completion, answer, params):
    if answer is None:
        raise ValueError("a problem of mathematics needs its answer")
    found = verdict(answer, completion, kind=kind, mode=params.get("mode", "mathematics"),
                    unboxed=params.get("unboxed", "refuse"))
    return int(found.correct), found.reason


def grade_math(_prompt, completion, answer, params):
    """(reward, reason) of an answer in a box. params: `mode` mathematics | papers | text, `unboxed` refuse | phrase | last."""
    return _grade("math", completion, answer, params)


def grade_gsm8k(_prompt, completion, answer, params):
    """(reward, reason) of a number, behind #### or the last one."""
    return _grade("gsm8k", completion, answer, params)
