from verl.trainer.ppo.v1.trainer_base import PPOTrainer, register_trainer


@register_trainer("sync")
class PPOTrainerSync(PPOTrainer):
    """Stands in for verl 0.9.0's synchronous trainer."""
