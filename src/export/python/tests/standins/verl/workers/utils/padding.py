from tensordict import Nested


def response_to_nested(tensor, response_mask):
    """verl 0.9.0: padded [N, T] -> nested rows of the mask's lengths."""
    assert response_mask.is_nested
    return Nested(tensor[index, : len(row)] for index, row in enumerate(response_mask.rows))
