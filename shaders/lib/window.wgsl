// A window of a large vocabulary (src/kernels/vocabulary.ts): COUNT logits of every row, [rows, QUADS] vec4. Whatever is summed
// over such a vocabulary is a sum over windows, in order, of sums within each: small errors, and the same bits however many
// windows are held at once. Which window it is comes as data, so that all but the last share their kernels.
struct Window {
  first: u32, // id of its first token
  last: u32, // 1: no other comes behind it
}

// Four neighbouring logits; places behind the last are too small to carry anything.
fn logits4(base: u32, quad: u32) -> vec4f {
  let z = logits[base + quad];
  //#if COUNT % 4 != 0
  if (quad == ${QUADS - 1}u) { return select(vec4f(-1e30), z, vec4u(0u, 1u, 2u, 3u) < vec4u(${COUNT % 4}u)); }
  //#end
  return z;
}

fn sum4(values: vec4f) -> f32 { return (values.x + values.y) + (values.z + values.w); }
