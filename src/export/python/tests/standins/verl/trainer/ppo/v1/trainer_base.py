"""Stands in for verl 0.9.0's PPOTrainer: what the exported class overrides, called as verl calls it."""

TRAINERS = {}


class PPOTrainer:
    def __init__(self, config):
        self.config = config
        self.trainer_mode = config.trainer.v1.trainer_mode
        self.replay_buffer = self._build_replay_buffer()

    def _build_replay_buffer(self):
        return "ReplayBuffer" if self.trainer_mode == "sync" else "ReplayBufferAsync"

    def _compute_advantage(self, batch, metrics):
        raise AssertionError("the exported class computes the advantages itself")


def register_trainer(name):
    def decorator(cls):
        if not issubclass(cls, PPOTrainer):
            raise TypeError(f"register_trainer expected a PPOTrainer subclass, got {cls!r}")
        TRAINERS[name] = cls
        return cls

    return decorator


def get_trainer_cls(name):
    return TRAINERS[name]
