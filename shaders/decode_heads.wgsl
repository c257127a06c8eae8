// For wide heads, before decode_attention_*.wgsl: rotates (and norms) q and k of one new token per sequence, q in place, and
// stores k and v in the cache.
// Grid: one thread per (row, head of q, k or v).
//#include lib/decode.wgsl
//#include lib/kv_pages.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read> sequences: array<Sequence>;
@group(0) @binding(2) var<storage, read_write> qkv: array<f32>; // [rows, STRIDE1]
@group(0) @binding(3) var<storage, read_write> cache: array<f32>; // [slots, k | v of KV_HEADS heads]
@group(0) @binding(4) var<storage, read> table: array<vec2f>; // [positions, DH / 2]: cos, sin
//#if QK_NORM
@group(0) @binding(5) var<storage, read> vectors: array<f32>;
//#end
@group(0) @binding(6) var<storage, read> going: array<u32>; // [rows]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${Q_HEADS + 2 * KV_HEADS}u;
  if (row >= sampling.rows) { return; }
  let own = sequences[going[row]];
  if (own.done == 1u) { return; }
  let head = index % ${Q_HEADS + 2 * KV_HEADS}u;
  let base = row * ${STRIDE1}u + head * ${DH}u;
  let position = own.prefixLength + own.length;
  let to = slotOf(own, position) * ${2 * KV_HEADS * DH}u + (head - min(head, ${Q_HEADS}u)) * ${DH}u;
  let width = headLanes(sampling.rows) * ${VW}u;
  if (head >= ${Q_HEADS + KV_HEADS}u) {
    for (var i = 0u; i < width; i++) { cache[to + i] = qkv[base + i]; }
    return;
  }
  //#if QK_NORM
  var squares = 0.0;
  for (var i = 0u; i < width; i++) { squares = fma(qkv[base + i], qkv[base + i], squares); }
  let scale = 1.0 / sqrt(squares / ${DH}.0 + ${EPS});
  let gain = select(${K_GAIN}u, ${Q_GAIN}u, head < ${Q_HEADS}u);
  //#end
  for (var i = 0u; i < width / 2u; i++) {
    var low = qkv[base + i];
    var high = qkv[base + i + ${DH / 2}u];
    //#if QK_NORM
    low = low * scale * vectors[gain + i];
    high = high * scale * vectors[gain + i + ${DH / 2}u];
    //#end
    let turn = table[position * ${DH / 2}u + i];
    let turnedLow = low * turn.x - high * turn.y;
    let turnedHigh = high * turn.x + low * turn.y;
    if (head < ${Q_HEADS}u) {
      qkv[base + i] = turnedLow;
      qkv[base + i + ${DH / 2}u] = turnedHigh;
    } else {
      cache[to + i] = turnedLow;
      cache[to + i + ${DH / 2}u] = turnedHigh;
    }
  }
}
