"""Stands in for OmegaConf: configurations are plain dicts with attributes."""


class Config(dict):
    """A dict whose keys are attributes, as DictConfig's are."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error


def config(value):
    """Nested dicts as Config."""
    if isinstance(value, dict):
        return Config({key: config(inner) for key, inner in value.items()})
    return value


class OmegaConf:
    @staticmethod
    def to_container(cfg, resolve=False):
        if isinstance(cfg, dict):
            return {key: OmegaConf.to_container(inner, resolve=resolve) for key, inner in cfg.items()}
        return cfg
