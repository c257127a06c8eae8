// Rotary embedding (half-split) of the q and k heads of packed rows, with optional RMSNorm per head before it (Qwen3).
// QK_NORM = 0: in place. QK_NORM = 1: raw rows are kept for the backward pass, `to` gets normed and rotated q and k, and v.
// Grid: one thread per (row, head of q, k or v).
//#include lib/batch.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> table: array<vec2f>; // [positions, DH / 2]: cos, sin
@group(0) @binding(3) var<storage, read_write> to: array<f32>; // [rows, STRIDE]
//#if QK_NORM
@group(0) @binding(4) var<storage, read> raw: array<f32>; // [rows, STRIDE]
@group(0) @binding(5) var<storage, read> gains: array<f32>; // the layer's vectors: q gain at Q_GAIN, k gain at K_GAIN
//#end

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${HEADS}u;
  if (row >= batch.rows) { return; }
  let head = index % ${HEADS}u;
  let base = row * ${STRIDE}u + head * ${DH}u;
  let at = rows[row].position * ${DH / 2}u;
  //#if QK_NORM
  if (head >= ${ROTATED}u) {
    for (var i = 0u; i < ${DH}u; i++) { to[base + i] = raw[base + i]; }
    return;
  }
  var squares = 0.0;
  for (var i = 0u; i < ${DH}u; i++) { squares = fma(raw[base + i], raw[base + i], squares); }
  let scale = 1.0 / sqrt(squares / ${DH}.0 + ${EPS});
  let gain = select(${K_GAIN}u, ${Q_GAIN}u, head < ${Q_HEADS}u);
  //#end
  for (var i = 0u; i < ${DH / 2}u; i++) {
    //#if QK_NORM
    let low = raw[base + i] * scale * gains[gain + i];
    let high = raw[base + i + ${DH / 2}u] * scale * gains[gain + i + ${DH / 2}u];
    //#else
    let low = to[base + i];
    let high = to[base + i + ${DH / 2}u];
    //#end
    let turn = table[at + i];
    to[base + i] = low * turn.x - high * turn.y;
    to[base + i + ${DH / 2}u] = high * turn.x + low * turn.y;
  }
}
