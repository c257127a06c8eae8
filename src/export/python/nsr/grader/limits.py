"""What the grader refuses to work on: every loop and recursion of this package is bounded by one of these."""

MAX_RESPONSE_LENGTH = 200_000
MAX_ANSWER_LENGTH = 4000
MAX_TOKENS = 2000
MAX_DEPTH = 60
MAX_ITEMS = 100
MAX_BITS = 32_768
MAX_FACTORIAL = 2500
MAX_TERMS = 200
MAX_VARIABLES = 8
MAX_TRIAL_DIVISOR = 1000
# Units of work, about a microsecond each in the playground.
MAX_WORK = 8000
MAX_EXACT_WORK = 2000


class LimitError(Exception):
    """Raised when a limit is reached, and caught by `grade`: a verdict, never an exception outside."""


class Work:
    """What one grading may still spend."""

    def __init__(self, units=MAX_WORK, whole=None):
        self._left = units
        self._whole = whole

    def share(self, units):
        """A share of it for one attempt, after which something else may be tried."""
        return Work(units, self)

    def spend(self, units):
        """Raises LimitError when nothing is left: 'work' of the whole grading, 'share' of a share."""
        if self._whole is not None:
            self._whole.spend(units)
        self._left -= units
        if self._left < 0:
            raise LimitError("work" if self._whole is None else "share")
