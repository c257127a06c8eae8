// Gradients of maps behind an RMSNorm. weight_grad summed dy^T (x rstd), the gradient of the gain-folded weight; from it
// dW[n,k] = g_k G[n,k] and the gain's own gradient dg_k = sum_n W[n,k] G[n,k] (partial sums per chunk of rows here,
// added by gain_grad). A tied head adds its gradient to the embedding's (add); where that lies in another buffer, G is
// SOURCE = folded instead of grads.
// Grid: x over vec4 columns, y over chunks.
struct Chunk {
  at: u32, // first vec4 of the chunk in SOURCE
  rows: u32,
  columns: u32, // vec4 per row
  weightAt: u32, // first vec4 of the same rows in the weights
  gainAt: u32,
  to: u32, // where dW goes in grads: `at`, or the embedding's rows when tied
  add: u32,
  partialRow: u32,
}
@group(0) @binding(0) var<storage, read> chunks: array<Chunk>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> gains: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> grads: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partialSums: array<vec4f>; // [chunks, COLUMNS]
//#if MOVED
@group(0) @binding(5) var<storage, read> folded: array<vec4f>;
//#end

@compute @workgroup_size(${WX})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let chunk = chunks[id.y];
  if (id.x >= chunk.columns) { return; }
  let gain = gains[chunk.gainAt + id.x];
  var dGain = vec4f();
  for (var row = 0u; row < chunk.rows; row++) {
    let offset = row * chunk.columns + id.x;
    let sum = ${SOURCE}[chunk.at + offset];
    dGain += sum * weights[chunk.weightAt + offset];
    if (chunk.add == 1u) {
      grads[chunk.to + offset] += sum * gain;
    } else {
      grads[chunk.to + offset] = sum * gain;
    }
  }
  partialSums[chunk.partialRow * ${COLUMNS}u + id.x] = dGain;
}
