"""The task's verifier as verl calls it (reward.custom_reward_function)."""

from nsr.tasks import grade


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_):
    """{score, acc}, both 0 or 1. data_source: the task's name; extra_info: prompt and the task's params."""
    info = extra_info or {}
    reward, _ = grade(data_source, info.get("prompt", ""), solution_str, ground_truth, info.get("params"))
    return {"score": float(reward), "acc": float(reward)}
