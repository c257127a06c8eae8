"""Rewards of a rollout batch -> advantage of every token (sections 2 and 3).

Everywhere: rewards [N], the verifier's verdicts 0 or 1; group [N], equal for the answers to one prompt; mask [N, T], true for
the tokens of an answer, its end-of-sequence token included. Computed in float64, given back as float32, 0 outside the mask.
"""

import math

import torch

_EPSILON = 1e-6


def _spread(values, mask):
    return torch.where(mask, values.unsqueeze(1), 0.0)


def _members(group):
    """Rows of each group, in order of appearance."""
    rows = {}
    for row, key in enumerate(group):
        rows.setdefault(key, []).append(row)
    return rows.values()


def _baseline(rewards, group, virtual_max_reward=False):
    """Size, mean and deviation (ddof 1; 0 for one reward) of each answer's group: three tensors [N]."""
    size, mean, deviation = (torch.zeros_like(rewards) for _ in range(3))
    for rows in _members(group):
        values = rewards[rows].sort().values
        if virtual_max_reward:
            values = torch.cat([values, torch.ones_like(values[:1])]).sort().values
        size[rows] = len(rows)
        mean[rows] = values.mean()
        # All equal: exactly 0, not a small number over 1e-6.
        equal = len(values) < 2 or bool((values == values[0]).all())
        deviation[rows] = 0.0 if equal else values.std(unbiased=True)
    return size, mean, deviation


def standardized(rewards, group, virtual_max_reward):
    """(r - mean) / (std + 1e-6) of the group, optionally with one virtual reward of 1 (NGRPO); 0 where all rewards are equal."""
    _, mean, deviation = _baseline(rewards, group, virtual_max_reward)
    return torch.where(deviation == 0, torch.zeros_like(rewards), (rewards - mean) / (deviation + _EPSILON))


def leave_one_out(rewards, group):
    """RLOO: (r - mean) G / (G - 1); 0 in a group of one."""
    size, mean, _ = _baseline(rewards, group)
    return torch.where(size < 2, torch.zeros_like(rewards), (rewards - mean) * size / (size - 1).clamp(min=1))


def overlong_penalty(lengths, max_new_tokens, buffer):
    """DAPO's soft penalty: 0 up to `buffer` tokens before the limit, then falling to -1 at the limit."""
    if buffer <= 0:
        return torch.zeros_like(lengths, dtype=torch.float64)
    return -((lengths.double() - (max_new_tokens - buffer)) / buffer).clamp(0, 1)


def generalized_advantage(rewards, values, gamma, lam):
    """GAE of one answer (arXiv 1506.02438), V = 0 after its last token. Lists of equal length -> list."""
    advantage, following = [0.0] * len(rewards), 0.0
    for token in reversed(range(len(rewards))):
        after = values[token + 1] if token + 1 < len(values) else 0.0
        following = rewards[token] + gamma * after - values[token] + gamma * lam * following
        advantage[token] = following
    return advantage


def whiten(values, mask):
    """(A - mean) / sqrt(variance + 1e-8) over all tokens of the batch, ddof 1; 0 with fewer than two."""
    tokens = values[mask].sort().values
    if tokens.numel() < 2:
        return torch.zeros_like(values)
    scale = 1 / math.sqrt(tokens.var(unbiased=True).item() + 1e-8)
    return torch.where(mask, (values - tokens.mean()) * scale, 0.0)


def _ppo(rewards, mask, old_logp, ref_logp, values, params):
    if values is None:
        raise ValueError("PPO needs the critic's values")
    price = params.get("rewardKlCoef", 0.001)
    if price != 0 and ref_logp is None:
        raise ValueError("PPO with a KL in its reward needs log-probabilities of the reference")
    raw = torch.zeros(mask.shape, dtype=torch.float64)
    for row in range(mask.shape[0]):
        kept = mask[row].nonzero().flatten()
        if len(kept) == 0:
            continue
        paid = torch.zeros(len(kept), dtype=torch.float64)
        if price != 0:
            paid = -price * (old_logp[row, kept].double() - ref_logp[row, kept].double()).cpu()
        paid[-1] += rewards[row].item()
        given = values[row, kept].double().tolist()
        row_advantage = generalized_advantage(paid.tolist(), given, params.get("gamma", 1), params.get("gaeLambda", 1))
        raw[row, kept.cpu()] = torch.tensor(row_advantage, dtype=torch.float64)
    raw = raw.to(mask.device)
    returns = torch.where(mask, raw + values.double(), 0.0)
    return whiten(raw, mask), returns


def dropped_groups(rewards, group, rule):
    """Rows [N] of groups that `rule` (none, homogeneous, all-correct) leaves out, judged by verdicts."""
    dropped = torch.zeros(len(rewards), dtype=torch.bool, device=rewards.device)
    if rule == "none":
        return dropped
    for rows in _members(group):
        right = int((rewards[rows] > 0).sum())
        if right == len(rows) or (rule == "homogeneous" and right == 0):
            dropped[rows] = True
    return dropped


def advantages(objective, rewards, group, mask, old_logp, token_weight, coefficients, max_new_tokens,
               ref_logp=None, values=None):
    """Advantage [N, T], the critic's targets [N, T] or None, and the rows that are left out [N], of a rollout batch.

    objective: that part of an experiment. coefficients: `positiveWeight` and `negativeWeight` at this step. token_weight:
    from `penalty_weights`. Raises ValueError on an unknown algorithm.
    """
    rewards = rewards.double()
    algorithm, params = objective["algorithm"], objective.get("params", {})
    returns = None
    if algorithm == "signed":
        right = _spread(torch.full_like(rewards, coefficients["positiveWeight"]), mask)
        wrong = torch.where(mask, 0.0 - coefficients["negativeWeight"] * token_weight, 0.0)
        advantage = torch.where((rewards == 1).unsqueeze(1), right, wrong)
    elif algorithm in ("grpo", "ngrpo", "dapo"):
        shaped = rewards
        if algorithm == "dapo":
            shaped = rewards + overlong_penalty(mask.sum(dim=1), max_new_tokens, params.get("overlongBuffer", 0))
        advantage = _spread(standardized(shaped, group, objective.get("virtualMaxReward", False)), mask)
    elif algorithm == "drGrpo":
        advantage = _spread(rewards - _baseline(rewards, group)[1], mask)
    elif algorithm == "rloo":
        advantage = _spread(leave_one_out(rewards, group), mask)
    elif algorithm == "ppo":
        advantage, returns = _ppo(rewards, mask, old_logp, ref_logp, values, params)
        returns = returns.float()
    else:
        raise ValueError(f"algorithm {algorithm!r}: one of signed, grpo, ngrpo, dapo, drGrpo, rloo, ppo")
    dropped = dropped_groups(rewards, group, objective.get("dropGroups", "none"))
    return torch.where(dropped.unsqueeze(1), 0.0, advantage).float(), returns, dropped
