// Where a sequence's tokens lie in the KV cache: its prompt's in a run of slots, its own in pages of ${PAGE} slots.
@group(0) @binding(8) var<storage, read> pages: array<u32>;

fn ownSlot(own: Sequence, token: u32) -> u32 {
  return pages[own.pagesAt + token / ${PAGE}u] * ${PAGE}u + token % ${PAGE}u;
}

fn slotOf(own: Sequence, position: u32) -> u32 {
  if (position < own.prefixLength) { return own.prefixStart + position; }
  return ownSlot(own, position - own.prefixLength);
}
