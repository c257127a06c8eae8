// The queries that see one of the key rows [first, last]: rows `first` to the last that one of them is seen by, and of each the
// q heads of one kv head, as a walk of `count` steps, heads innermost.
struct QueryWalk {
  first: u32,
  count: u32,
  head: u32, // first q head
}

fn queryWalk(first: u32, last: u32, kvHead: u32) -> QueryWalk {
  var end = first;
  for (var row = first; row <= last; row++) { end = max(end, rows[row].queryEnd); }
  return QueryWalk(first, (end - first) * ${GROUP}u, kvHead * ${GROUP}u);
}

// Row and q head of the query at `step`; past the walk's end its last.
fn queryAt(walk: QueryWalk, step: u32) -> vec2u {
  let t = min(step, walk.count - 1u);
  return vec2u(walk.first + t / ${GROUP}u, walk.head + t % ${GROUP}u);
}
