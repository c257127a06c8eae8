def grade(*_, **__):
    raise NotImplementedError
