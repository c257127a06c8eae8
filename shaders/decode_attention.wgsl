// Attention of one new token per sequence: rotates (and norms) its q and k, stores k and v in the cache, and attends over the
// prompt's tokens there (shared by the group) and the sequence's own. A thread holds its head in registers, unrolled.
// Grid: one thread per (row, q head). The first q head of a kv group stores; the others use their own copy of k.
//#include lib/decode.wgsl
//#include lib/kv_pages.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read> sequences: array<Sequence>;
@group(0) @binding(2) var<storage, read> qkv: array<f32>; // [rows, STRIDE1], not rotated
@group(0) @binding(3) var<storage, read_write> cache: array<Lane>; // [slots, k | v of KV_HEADS heads], k rotated
@group(0) @binding(4) var<storage, read_write> mixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(5) var<storage, read> table: array<vec2f>; // [positions, DH / 2]: cos, sin
//#if QK_NORM
@group(0) @binding(6) var<storage, read> vectors: array<f32>;
//#end
@group(0) @binding(7) var<storage, read> going: array<u32>; // [rows]
var<private> head: array<f32, ${DH}>;

// Loads q or k at `base`, norms it with the gain at `gainAt` and rotates it to `position`, into `head`.
fn loadRotated(base: u32, position: u32, gainAt: u32) {
  //#if QK_NORM
  var squares = 0.0;
  for (var i = 0u; i < ${DH}u; i++) { squares = fma(qkv[base + i], qkv[base + i], squares); }
  let scale = 1.0 / sqrt(squares / ${DH}.0 + ${EPS});
  //#end
  for (var i = 0u; i < ${DH / 2}u; i++) {
    //#if QK_NORM
    let low = qkv[base + i] * scale * vectors[gainAt + i];
    let high = qkv[base + i + ${DH / 2}u] * scale * vectors[gainAt + i + ${DH / 2}u];
    //#else
    let low = qkv[base + i];
    let high = qkv[base + i + ${DH / 2}u];
    //#end
    let turn = table[position * ${DH / 2}u + i];
    head[i] = low * turn.x - high * turn.y;
    head[i + ${DH / 2}u] = high * turn.x + low * turn.y;
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${Q_HEADS}u;
  if (row >= sampling.rows) { return; }
  let own = sequences[going[row]];
  if (own.done == 1u) { return; }
  let qHead = index % ${Q_HEADS}u;
  let kvHead = qHead / ${GROUP}u;
  let position = own.prefixLength + own.length;
  let base = row * ${STRIDE1}u;
  loadRotated(base + qHead * ${DH}u, position, ${Q_GAIN}u);
  //#for i in 0..DV
  //#if VW == 4
  let q${i} = vec4f(head[${i * 4}], head[${i * 4 + 1}], head[${i * 4 + 2}], head[${i * 4 + 3}]);
  //#else
  let q${i} = head[${i}];
  //#end
  //#end
  loadRotated(base + ${Q_HEADS * DH}u + kvHead * ${DH}u, position, ${K_GAIN}u);
  let vFrom = base + ${(Q_HEADS + KV_HEADS) * DH}u + kvHead * ${DH}u;
  let prefixAt = own.prefixStart * ${2 * KV_HEADS * DV}u + kvHead * ${DV}u;
  let slot = ownSlot(own, own.length) * ${2 * KV_HEADS * DV}u + kvHead * ${DV}u;
  let stores = qHead % ${GROUP}u == 0u;
  var score = 0.0;
  //#for i in 0..DV
  //#if VW == 4
  let k${i} = vec4f(head[${i * 4}], head[${i * 4 + 1}], head[${i * 4 + 2}], head[${i * 4 + 3}]);
  let v${i} = vec4f(qkv[vFrom + ${i * 4}u], qkv[vFrom + ${i * 4 + 1}u], qkv[vFrom + ${i * 4 + 2}u], qkv[vFrom + ${i * 4 + 3}u]);
  //#else
  let k${i} = head[${i}];
  let v${i} = qkv[vFrom + ${i}u];
  //#end
  if (stores) {
    cache[slot + ${i}u] = k${i};
    cache[slot + ${KV_HEADS * DV + i}u] = v${i};
  }
  //#end

  var most = -1e30;
  var total = 0.0;
  //#for i in 0..DV
  var sum${i} = Lane();
  //#end
  for (var t = 0u; t < own.prefixLength; t++) {
    let kAt = prefixAt + t * ${2 * KV_HEADS * DV}u;
    score = 0.0;
    //#for i in 0..DV
    score += inner(q${i}, cache[kAt + ${i}u]);
    //#end
    score *= ${SCALE};
    let high = max(most, score);
    let fade = exp(most - high);
    let weight = exp(score - high);
    most = high;
    total = total * fade + weight;
    //#for i in 0..DV
    sum${i} = sum${i} * fade + weight * cache[kAt + ${KV_HEADS * DV + i}u];
    //#end
  }
  for (var t = 0u; t < own.length; t++) {
    let kAt = ownSlot(own, t) * ${2 * KV_HEADS * DV}u + kvHead * ${DV}u;
    score = 0.0;
    //#for i in 0..DV
    score += inner(q${i}, cache[kAt + ${i}u]);
    //#end
    score *= ${SCALE};
    let high = max(most, score);
    let fade = exp(most - high);
    let weight = exp(score - high);
    most = high;
    total = total * fade + weight;
    //#for i in 0..DV
    sum${i} = sum${i} * fade + weight * cache[kAt + ${KV_HEADS * DV + i}u];
    //#end
  }
  score = 0.0;
  //#for i in 0..DV
  score += inner(q${i}, k${i});
  //#end
  score *= ${SCALE};
  let high = max(most, score);
  let fade = exp(most - high);
  let weight = exp(score - high);
  total = total * fade + weight;
  let outAt = row * ${OUT_STRIDE}u + qHead * ${DV}u;
  //#for i in 0..DV
  mixed[outAt + ${i}u] = (sum${i} * fade + weight * v${i}) / total;
  //#end
}
