"""Values that change over the rollout steps (section 2): a number, or {"kind": ..., parameters}."""

import math

from .curves import clamp, evaluate_curve

# Decay of A-NSR over about 140 steps, 0.03 * 140; for another T the same shape is kept.
DECAY_OVER_RUN = 4.2


def evaluate_schedule(scheduled, step, total_steps, accuracy=0.0, past_accuracies=()):
    """Value at rollout step `step` (0-based) of `total_steps`.

    accuracy: share of right answers of this rollout batch, before its updates; past_accuracies: of the batches before it,
    oldest first (for a smoothed accuracy-driven curve). Raises ValueError on an unknown kind.
    """
    if isinstance(scheduled, (int, float)):
        return float(scheduled)
    kind = scheduled.get("kind")
    if kind not in _KINDS:
        raise ValueError(f"schedule kind {kind!r}: one of {', '.join(_KINDS)}")
    progress = clamp(step / total_steps, 0.0, 1.0) if total_steps > 0 else 0.0
    moment = {"step": step, "total_steps": total_steps, "accuracy": accuracy, "past": tuple(past_accuracies)}
    return float(_KINDS[kind](scheduled, progress, moment))


def _linear(spec, progress, _):
    return spec["from"] + (spec["to"] - spec["from"]) * progress


def _cosine(spec, progress, _):
    return spec["to"] + ((spec["from"] - spec["to"]) * (1 + math.cos(math.pi * progress))) / 2


def _exponential(spec, _, moment):
    total = moment["total_steps"]
    rate = spec.get("rate", DECAY_OVER_RUN / total if total > 0 else 0.0)
    return spec["to"] + (spec["from"] - spec["to"]) * math.exp(-max(0.0, rate) * max(0, moment["step"]))


def _step(spec, progress, _):
    return spec["from"] if progress < spec.get("at", 0.5) else spec["to"]


def logistic(x):
    """1 / (1 + e^-x) without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= -700 else 0.0


def _sigmoid(spec, progress, _):
    center, steepness = spec.get("center", 0.5), max(1.0, spec.get("steepness", 10))
    start, end = logistic(-steepness * center), logistic(steepness * (1 - center))
    share = clamp((logistic(steepness * (progress - center)) - start) / (end - start), 0.0, 1.0)
    return spec["from"] + (spec["to"] - spec["from"]) * share


def _accuracy(spec, _, moment):
    smoothing = spec.get("smoothing", 0)
    accuracy = moment["accuracy"]
    if smoothing != 0:
        history = (*moment["past"], accuracy)
        accuracy = history[0]
        for value in history[1:]:
            accuracy = smoothing * accuracy + (1 - smoothing) * value
    return spec["min"] + (spec["max"] - spec["min"]) * (1 - clamp(accuracy, 0.0, 1.0))


_KINDS = {
    "constant": lambda spec, _progress, _moment: spec["value"],
    "linear": _linear,
    "cosine": _cosine,
    "exponential": _exponential,
    "step": _step,
    "sigmoid": _sigmoid,
    "accuracy": _accuracy,
    "piecewise": lambda spec, progress, _moment: evaluate_curve(spec["knots"], progress),
}
