"""Regular expressions and arithmetic as JavaScript has them, so that verdicts agree in every corner."""

import math
import re

_SPACES = "\\t\\n\\v\\f\\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def pattern(source, ignore_case=False):
    """Compiles a JavaScript pattern: \\d and \\w are ASCII, \\s is any white space, $ is the end of the text alone."""
    out, in_class, at = [], False, 0
    source = source.replace("[\\s\\S]", "(?s:.)")
    while at < len(source):
        character = source[at]
        if character == "\\":
            pair = source[at : at + 2]
            if pair == "\\s":
                out.append(_SPACES if in_class else f"[{_SPACES}]")
            else:
                out.append(pair)
            at += 2
            continue
        if character == "[" and not in_class:
            in_class = True
        elif character == "[" and in_class:
            character = "\\["
        elif character == "]":
            in_class = False
        elif character == "$" and not in_class:
            character = "\\Z"
        out.append(character)
        at += 1
    return re.compile("".join(out), re.ASCII | (re.IGNORECASE if ignore_case else 0))


def trim(text):
    """String.prototype.trim."""
    return text.strip(SPACES)


def trim_start(text):
    return text.lstrip(SPACES)


def char_at(text, index):
    """'' outside the text."""
    return text[index] if 0 <= index < len(text) else ""


def divide(a, b):
    """a / b in doubles: infinite or NaN for a division by 0."""
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _guarded(function):
    def guarded(*values):
        try:
            return function(*values)
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return guarded


exp = _guarded(math.exp)
sin = _guarded(math.sin)
cos = _guarded(math.cos)
sinh = _guarded(lambda x: math.sinh(x) if abs(x) < 710 else math.copysign(math.inf, x))
cosh = _guarded(math.cosh)
asin = _guarded(math.asin)
acos = _guarded(math.acos)
atan = math.atan


def log(x):
    """Math.log: -inf at 0, NaN below."""
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def power(base, exponent):
    """base ** exponent in doubles, NaN where it is not real."""
    try:
        value = math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except (ValueError, ZeroDivisionError):
        return math.inf if base == 0 else math.nan
    # 1 ** NaN and 1 ** Infinity are NaN there.
    return math.nan if abs(base) == 1 and not math.isfinite(exponent) else value


def rounded(x):
    """Math.round: halves go up."""
    return math.floor(x + 0.5) if math.isfinite(x) else x


def is_integer(x):
    return math.isfinite(x) and x == math.floor(x)
