"""Stands in for verl 0.9.0's core_algos.py: the registry of policy losses and `agg_loss` with its arguments."""

POLICY_LOSS_REGISTRY = {}


def register_policy_loss(name):
    def decorator(function):
        POLICY_LOSS_REGISTRY[name] = function
        return function

    return decorator


def agg_loss(loss_mat, loss_mask, loss_agg_mode, dp_size=1, batch_num_tokens=None, global_batch_size=None,
             loss_scale_factor=None):
    total = (loss_mat * loss_mask).sum()
    tokens = loss_mask.sum() if batch_num_tokens is None else batch_num_tokens
    sequences = (loss_mask.sum(dim=-1) > 0).sum() if global_batch_size is None else global_batch_size
    if loss_agg_mode == "token-mean":
        return total / tokens * dp_size
    if loss_agg_mode == "seq-mean-token-sum":
        return total / sequences * dp_size
    if loss_agg_mode == "seq-mean-token-sum-norm":
        return total / sequences * dp_size / (loss_mask.shape[-1] if loss_scale_factor is None else loss_scale_factor)
    if loss_agg_mode == "seq-mean-token-mean":
        lengths = loss_mask.sum(dim=-1)
        return ((loss_mat * loss_mask).sum(dim=-1) / (lengths + 1e-8)).sum() / sequences * dp_size
    raise ValueError(f"Invalid loss_agg_mode: {loss_agg_mode}")
