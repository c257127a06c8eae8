"""Stands in for the TransferQueue: one dict of columns."""

from dataclasses import dataclass, field

from tensordict import TensorDict

STORE = {}


@dataclass
class KVBatchMeta:
    partition_id: str
    keys: list
    tags: list
    extra_info: dict = field(default_factory=dict)

    def __len__(self):
        return len(self.keys)


def kv_batch_get(keys, partition_id, select_fields):
    """Fields that are not there are left out, as the queue's do."""
    assert partition_id == "train"
    return TensorDict({name: STORE[name] for name in select_fields if name in STORE}, len(keys))


def kv_batch_put(keys, partition_id, fields=None, tags=None):
    STORE.update(fields or {})
    return KVBatchMeta(partition_id, list(keys), tags or [{} for _ in keys])
