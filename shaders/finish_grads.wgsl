// Gradients of maps behind an RMSNorm. weight_grad summed dy^T (x rstd), the gradient of the gain-folded weight; from it
// dW[n,k] = g_k G[n,k] and the gain's own gradient dg_k = sum_n W[n,k] G[n,k] (partial sums per chunk of rows here,
// added by gain_grad). Slabs are added in order. A tied head adds its gradient to the embedding's (ADD).
// Grid: x over vec4 columns, y over chunks.
struct Chunk {
  at: u32, // first vec4 of the chunk in the gradient arena
  rows: u32,
  columns: u32, // vec4 per row
  weightAt: u32, // first vec4 of the same rows in the weight arena
  gainAt: u32,
  addAt: u32, // where dW goes: `at`, or the embedding's rows when tied
  add: u32,
  unused: u32,
}
@group(0) @binding(0) var<storage, read> chunks: array<Chunk>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> grads: array<vec4f>; // [SPLITS, SLAB4]
@group(0) @binding(3) var<storage, read_write> partialSums: array<vec4f>; // [chunks, COLUMNS]

@compute @workgroup_size(${WX})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let chunk = chunks[id.y];
  if (id.x >= chunk.columns) { return; }
  let gain = weights[chunk.gainAt + id.x];
  var dGain = vec4f();
  for (var row = 0u; row < chunk.rows; row++) {
    let offset = row * chunk.columns + id.x;
    var sum = grads[chunk.at + offset];
    //#for s in 1..SPLITS
    sum += grads[${s * SLAB4}u + chunk.at + offset];
    grads[${s * SLAB4}u + chunk.at + offset] = vec4f();
    //#end
    dGain += sum * weights[chunk.weightAt + offset];
    if (chunk.add == 1u) {
      grads[chunk.addAt + offset] += sum * gain;
      grads[chunk.at + offset] = vec4f();
    } else {
      grads[chunk.at + offset] = sum * gain;
    }
  }
  partialSums[id.y * ${COLUMNS}u + id.x] = dGain;
}
