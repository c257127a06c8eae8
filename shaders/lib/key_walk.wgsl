// The keys that a run of query rows [first, last] sees, as a walk of `count` steps over rows, the same for all of them: the
// prefix of the first row, then everything from the start of its segment to the last row. What later rows see besides
// (prompts of their own) lies behind that start. `sees` tells which keys are a row's own; they come in ascending order.
struct KeyWalk {
  prefixStart: u32,
  prefixLength: u32,
  ownStart: u32,
  count: u32,
}

fn keyWalk(first: u32, last: u32) -> KeyWalk {
  let own = rows[first];
  return KeyWalk(own.prefixStart, own.prefixLength, own.ownStart, own.prefixLength + last + 1u - own.ownStart);
}

// The row of the key at `step`; past the walk's end its last.
fn keyRow(walk: KeyWalk, step: u32) -> u32 {
  let t = min(step, walk.count - 1u);
  return select(walk.ownStart + t - walk.prefixLength, walk.prefixStart + t, t < walk.prefixLength);
}

// Whether `row`, whose entry is `own`, attends to the key at `step`, which is row `key`.
fn sees(own: Row, row: u32, walk: KeyWalk, step: u32, key: u32) -> bool {
  let inSegment = key >= own.ownStart && key <= row;
  let inPrefix = key >= own.prefixStart && key < own.prefixStart + own.prefixLength;
  return step < walk.count && (inSegment || inPrefix);
}
