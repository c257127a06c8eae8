"""From tokens to one loss (sections 1 and 4). Shapes [N, T]; mask true for the tokens of an answer."""

import torch


def counted_rows(advantage, mask, normalizer):
    """Which answers the normaliser counts, [N]: every one that has tokens, or (`kept`) those whose advantages are not all 0."""
    present = mask.any(dim=1)
    if normalizer == "all":
        return present
    return present & ((advantage != 0) & mask).any(dim=1)


def token_weights(counted, mask, aggregation, max_length, sequences=None, tokens=None):
    """How much each token of a mini-batch adds to the loss, [N, T].

    counted: from `counted_rows`. sequences, tokens: how many answers and tokens the whole mini-batch counts, where these rows
    are only a part of it (a micro-batch, one process); left out: these rows are the mini-batch. No counted answer: all 0.
    """
    inside = mask & counted.unsqueeze(1)
    lengths = inside.sum(dim=1, keepdim=True).clamp(min=1).double()
    n = max(1.0, float(counted.sum() if sequences is None else sequences))
    m = max(1.0, float(inside.sum() if tokens is None else tokens))
    if aggregation == "token-mean":
        weight = torch.full_like(lengths, 1 / m)
    elif aggregation == "seq-mean-token-mean":
        weight = 1 / (n * lengths)
    elif aggregation == "seq-mean-token-sum":
        weight = torch.full_like(lengths, 1 / n)
    elif aggregation == "constant":
        weight = torch.full_like(lengths, 1 / (n * max_length))
    else:
        raise ValueError(
            f"aggregation {aggregation!r}: one of token-mean, seq-mean-token-mean, seq-mean-token-sum, constant"
        )
    return torch.where(inside, weight, 0.0).float()


def probability_ratio(logp, old_logp):
    """exp(clamp(log pi - log pi_old, -20, 20))."""
    return torch.exp((logp - old_logp).clamp(-20.0, 20.0))


def surrogate(advantage, ratio, clip_low, clip_high, dual_clip=None):
    """max(-A rho, -A clip(rho, 1 - low, 1 + high)), for A < 0 at most -A c under a dual clip c. Minimised.

    `math.inf` opens a side. Clipped arXiv 1707.06347, equation 7; dual clip arXiv 1912.09729.
    """
    loss = torch.maximum(-advantage * ratio, -advantage * ratio.clamp(1 - clip_low, 1 + clip_high))
    if dual_clip is None:
        return loss
    return torch.where(advantage < 0, torch.minimum(loss, -advantage * dual_clip), loss)


def kl_estimate(logp, ref_logp, estimator):
    """KL to the reference at the sampled token, nats: k1 = log pi - log pi_ref, k3 = e^d - d - 1 with d = clamp(-k1, -20, 20)."""
    if estimator == "k1":
        return logp - ref_logp
    if estimator != "k3":
        raise ValueError(f"KL estimator {estimator!r}: k1 or k3")
    difference = (ref_logp - logp).clamp(-20.0, 20.0)
    return (torch.exp(difference) - difference - 1).clamp(-10.0, 10.0)


def clip_options(objective):
    """Clip of an objective as (low, high, dual): `clip: false` opens both sides, a dual clip stays."""
    clip = objective.get("clip", True)
    infinite = float("inf")
    low = objective["clipLow"] if clip else infinite
    high = objective["clipHigh"] if clip else infinite
    return low, high, objective.get("dualClip")
