"""Mini-Countdown: `3488=21:` -> `4*8-8-3`, every given digit exactly once, joined by + - *, products before sums."""

import re

_EXPRESSION = re.compile(r"[0-9](?:[+\-*][0-9])*")


def evaluate(digits, operators):
    """Value of d0 op0 d1 op1 ..."""
    total, sign, product = 0, 1, digits[0]
    for operator, digit in zip(operators, digits[1:], strict=True):
        if operator == "*":
            product *= digit
            continue
        total += sign * product
        sign = -1 if operator == "-" else 1
        product = digit
    return total + sign * product


def grade(prompt, completion, _answer, params):
    """(reward, reason). params: `numbers`, how many digits are given (4). Raises ValueError on a prompt of another form."""
    numbers = params.get("numbers", 4)
    match = re.fullmatch(rf"([1-9]{{{numbers}}})=([0-9][0-9]):", prompt)
    if match is None:
        raise ValueError(f"prompt {prompt!r}: {numbers} digits 1-9, =, a two-digit target, :")
    given, target = sorted(match[1]), int(match[2])
    if completion == "":
        return 0, "no answer"
    if _EXPRESSION.fullmatch(completion) is None:
        return 0, "not digits joined by + - *"
    used, operators = list(completion[::2]), list(completion[1::2])
    if sorted(used) != given:
        return 0, f"uses {' '.join(used)}, given {' '.join(match[1])}"
    value = evaluate([int(digit) for digit in used], operators)
    return (1, f"{completion} = {target}") if value == target else (0, f"{completion} = {value}, target {target}")
