"""What an experiment optimises: from a rollout batch to rated and weighted tokens, in the playground's order."""

from dataclasses import dataclass

import torch

from .advantages import advantages
from .confidence import penalty_weights
from .losses import clip_options, counted_rows, kl_estimate, probability_ratio, surrogate, token_weights
from .schedules import evaluate_schedule

_SCHEDULED = ("positiveWeight", "negativeWeight", "entropyCoef", "klCoef")


@dataclass(frozen=True)
class Rated:
    """One rollout batch after its first stage. advantage, returns (or None), token_weight: [N, T]; the others [N]."""

    advantage: torch.Tensor
    returns: object
    dropped: torch.Tensor
    confidence: torch.Tensor
    token_weight: torch.Tensor
    coefficients: dict


@dataclass(frozen=True)
class LossTerms:
    """Parts of the loss of one mini-batch; `loss` = policy - entropy + kl, each already weighted."""

    loss: torch.Tensor
    policy: torch.Tensor
    entropy: torch.Tensor
    kl: torch.Tensor


class Objective:
    """experiment: an experiment of the playground as data (experiment.json)."""

    def __init__(self, experiment):
        self.objective = experiment["objective"]
        self.total_steps = experiment["steps"]
        self.max_new_tokens = experiment["sampling"]["maxNewTokens"]
        self.learning_rate = experiment["optimizer"]["learningRate"]

    @property
    def max_length(self):
        """Length constant of the `constant` aggregation, tokens."""
        given = self.objective.get("maxLength")
        return self.max_new_tokens if given is None else given

    def coefficients_at(self, step, accuracy=0.0, past_accuracies=()):
        """Every scheduled value at rollout step `step` (0-based), by name."""
        values = {name: self.objective[name] for name in _SCHEDULED} | {"learningRate": self.learning_rate}
        return {
            name: evaluate_schedule(value, step, self.total_steps, accuracy, past_accuracies)
            for name, value in values.items()
        }

    def uses(self, name):
        """Whether a scheduled value is ever anything but 0."""
        value = self.objective[name]
        return not isinstance(value, (int, float)) or value != 0

    def rate(self, step, rewards, group, mask, old_logp, past_accuracies=(), ref_logp=None, values=None):
        """Advantages of a whole rollout batch. rewards [N], group: N keys, mask, old_logp (ref_logp, values): [N, T]."""
        rewards = rewards.double()
        accuracy = rewards.mean().item() if len(rewards) > 0 else 0.0
        coefficients = self.coefficients_at(step, accuracy, past_accuracies)
        # A group method does not look at confidences.
        spec = self.objective.get("confidence") if self.objective["algorithm"] == "signed" else None
        confidence, token_weight = penalty_weights(old_logp, mask, rewards, spec)
        advantage, returns, dropped = advantages(
            self.objective, rewards, group, mask, old_logp, token_weight, coefficients, self.max_new_tokens,
            ref_logp=ref_logp, values=values,
        )
        return Rated(advantage, returns, dropped, confidence, token_weight, coefficients)

    def counted(self, advantage, mask):
        """Which answers the normaliser counts, [N]."""
        return counted_rows(advantage, mask, self.objective.get("normalizer", "all"))

    def weights(self, counted, mask, sequences=None, tokens=None):
        """Weight of every token of a mini-batch, [N, T]."""
        aggregation = self.objective.get("aggregation", "token-mean")
        return token_weights(counted, mask, aggregation, self.max_length, sequences, tokens)

    def loss(self, weight, advantage, logp, old_logp, coefficients, entropy=None, ref_logp=None):
        """The loss of weighted tokens (section 1). entropy: nats per token, needed where its coefficient is not 0; ref_logp
        where that of the KL is not. A token of weight 0 adds nothing, whatever stands in it."""
        inside = weight != 0
        low, high, dual = clip_options(self.objective)
        ratio = probability_ratio(logp, old_logp)
        policy = _weighted(weight, inside, surrogate(advantage, ratio, low, high, dual))
        none = torch.zeros_like(policy)
        entropy_term, kl_term = none, none
        if coefficients["entropyCoef"] != 0:
            if entropy is None:
                raise ValueError("an entropy bonus needs the entropy of every token")
            entropy_term = coefficients["entropyCoef"] * _weighted(weight, inside, entropy)
        if coefficients["klCoef"] > 0:
            if ref_logp is None:
                raise ValueError("a KL term needs log-probabilities of the reference")
            estimate = kl_estimate(logp, ref_logp, self.objective.get("klEstimator", "k3"))
            kl_term = coefficients["klCoef"] * _weighted(weight, inside, estimate)
        return LossTerms(policy - entropy_term + kl_term, policy, entropy_term, kl_term)


def _weighted(weight, inside, values):
    return (weight * torch.where(inside, values, torch.zeros_like(values))).sum()
