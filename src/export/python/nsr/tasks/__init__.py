"""Verifiers by the name of their task: reward 1 or 0 of a completion."""

from . import addition, countdown, mathematics

_GRADERS = {"addition": addition.grade, "countdown": countdown.grade, "math": mathematics.grade_math,
            "gsm8k": mathematics.grade_gsm8k}


def grade(task, prompt, completion, answer=None, params=None):
    """Verdict (reward 0 or 1, reason) of a completion.

    task: a task's name, or `math` (answer in a box) or `gsm8k` (a number); answer: the gold, where the prompt does not hold it.
    Raises ValueError on an unknown task.
    """
    if task not in _GRADERS:
        raise ValueError(f"task {task!r}: one of {', '.join(_GRADERS)}")
    return _GRADERS[task](prompt, completion, answer, params or {})
