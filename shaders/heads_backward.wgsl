// From d rotated q and k and d v, as attention's backward pass leaves them, back through rotation and q/k norms (Qwen3), in
// place; and what the gains' gradients and the RMSNorm backward need.
// Grid: one thread per (row, head of q or k); a k head takes its v along.
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> table: array<vec2f>; // [positions, DH / 2]: cos, sin
@group(0) @binding(3) var<storage, read> raw: array<f32>; // [rows, STRIDE1]
@group(0) @binding(4) var<storage, read> vectors: array<f32>; // the layer's gains and biases
@group(0) @binding(5) var<storage, read_write> dqkv: array<f32>; // [rows, STRIDE1]
@group(0) @binding(6) var<storage, read_write> normGrad: array<f32>; // [rows, STRIDE1]
@group(0) @binding(7) var<storage, read_write> stats: array<f32>; // see lib/attention_backward.wgsl
//#include lib/rope_backward.wgsl

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${DOTS}u;
  if (row >= batch.rows) { return; }
  let head = index % ${DOTS}u;
  var dots = 0.0;
  if (head >= ${Q_HEADS}u) {
    let offset = (head + ${KV_HEADS}u) * ${DH}u;
    let vAt = row * ${STRIDE1}u + offset;
    for (var i = 0u; i < ${DH}u; i++) {
      //#if BIAS
      dots += dqkv[vAt + i] * (raw[vAt + i] - vectors[${BIAS_AT}u + offset + i]);
      //#else
      dots += dqkv[vAt + i] * raw[vAt + i];
      //#end
    }
  }
  dots += turnHeadBack(row, head, select(${K_GAIN}u, ${Q_GAIN}u, head < ${Q_HEADS}u));
  stats[batch.capacity * ${2 * Q_HEADS}u + row * ${DOTS}u + head] = dots;
}
