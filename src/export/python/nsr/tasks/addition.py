"""Two-digit addition: `34+58:` -> `92`, without leading zeros."""

import re

_PROMPT = re.compile(r"([0-9][0-9])\+([0-9][0-9]):")


def grade(prompt, completion, _answer, _params):
    """(reward, reason). Raises ValueError on a prompt of another form."""
    match = _PROMPT.fullmatch(prompt)
    if match is None:
        raise ValueError(f"prompt {prompt!r}: two two-digit numbers such as 34+58:")
    right = str(int(match[1]) + int(match[2]))
    if completion == right:
        return 1, f"{prompt[:-1]} = {right}"
    if completion == "":
        return 0, "no answer"
    return 0, f"{completion}, right is {right}" if re.fullmatch("[0-9]+", completion) else "not a number"
