"""How heavily a wrong answer is punished, by how sure the policy was of it (section 2; CW-NSR of arXiv 2605.07137)."""

import torch

from .curves import clamp, evaluate_curve
from .schedules import logistic


def _power(spec, confidence):
    return clamp(confidence ** spec.get("gamma", 1), spec.get("min", 0.05), spec.get("max", 1))


def _linear(spec, confidence):
    least = spec.get("min", 0.05)
    return least + (spec.get("max", 1) - least) * confidence


def _threshold(spec, confidence):
    return spec.get("max", 1) if confidence >= spec.get("at", 0.5) else spec.get("min", 0.05)


def _sigmoid(spec, confidence):
    least = spec.get("min", 0.05)
    argument = spec.get("steepness", 10) * (confidence - spec.get("center", 0.5))
    return least + (spec.get("max", 1) - least) * logistic(argument)


_MAPPINGS = {
    "power": _power,
    "linear": _linear,
    "threshold": _threshold,
    "sigmoid": _sigmoid,
    "curve": lambda spec, confidence: evaluate_curve(spec["knots"], confidence),
}


def evaluate_mapping(spec, confidence):
    """Weight of a mistake of that confidence (0 to 1). Raises ValueError on an unknown kind."""
    if spec.get("kind") not in _MAPPINGS:
        raise ValueError(f"confidence kind {spec.get('kind')!r}: one of {', '.join(_MAPPINGS)}")
    return float(_MAPPINGS[spec["kind"]](spec, confidence))


def sequence_confidence(old_logp, mask):
    """exp(mean log pi_old) per answer, [N]; an empty one has 1. old_logp, mask: [N, T]."""
    lengths = mask.sum(dim=1)
    total = torch.where(mask, old_logp.double(), 0.0).sum(dim=1)
    return torch.exp(total / lengths.clamp(min=1))


def penalty_weights(old_logp, mask, rewards, spec):
    """Confidence [N] and penalty weight of every token [N, T], float64; 1 for right answers, and everywhere without a spec.

    Scope `token` maps each token's own probability in place of the answer's. `normalize` divides by the mean weight over the
    wrong answers (over their tokens in scope `token`), so that the total penalty is that of plain NSR.
    """
    confidence = sequence_confidence(old_logp, mask)
    weight = torch.ones(mask.shape, dtype=torch.float64, device=mask.device)
    if spec is None:
        return confidence, weight
    wrong = (rewards <= 0) & (mask.sum(dim=1) > 0)
    per_token = spec.get("scope", "sequence") == "token"
    for row in wrong.nonzero().flatten().tolist():
        if per_token:
            for token in mask[row].nonzero().flatten().tolist():
                weight[row, token] = evaluate_mapping(spec, torch.exp(old_logp[row, token].double()).item())
        else:
            weight[row] = evaluate_mapping(spec, confidence[row].item())
    if spec.get("normalize", False) and bool(wrong.any()):
        tokens = mask & wrong.unsqueeze(1)
        lengths = mask.sum(dim=1).clamp(min=1)
        means = torch.where(mask, weight, 0.0).sum(dim=1) / lengths
        average = (weight[tokens] if per_token else means[wrong]).mean().item()
        if average > 0:
            weight = torch.where(wrong.unsqueeze(1), weight / average, weight)
    return confidence, weight
