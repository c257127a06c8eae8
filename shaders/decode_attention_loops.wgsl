// decode_attention.wgsl's sums in the same order, for wide heads on adapters that compute on the CPU, behind decode_heads.wgsl;
// see attention_loops.wgsl. The threads of a work group are the q heads that share a kv head: a key is one read for them.
// Grid: one work group per (row, kv head).
//#include lib/decode.wgsl
//#include lib/kv_pages.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read> sequences: array<Sequence>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE], q rotated
@group(0) @binding(3) var<storage, read> cache: array<Lane>; // [slots, k | v of KV_HEADS heads], k rotated
@group(0) @binding(4) var<storage, read_write> mixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(5) var<storage, read> going: array<u32>; // [rows]

@compute @workgroup_size(${GROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = group.y * groups.x + group.x;
  let row = index / ${KV_HEADS}u;
  if (row >= sampling.rows) { return; }
  let own = sequences[going[row]];
  if (own.done == 1u) { return; }
  let kvHead = index % ${KV_HEADS}u;
  let head = kvHead * ${GROUP}u + thread;
  let lanes = headLanes(sampling.rows);
  let qAt = row * ${STRIDE}u + head * ${DV}u;
  let outAt = row * ${OUT_STRIDE}u + head * ${DV}u;
  for (var i = 0u; i < lanes; i++) { mixed[outAt + i] = Lane(); }
  let count = own.prefixLength + own.length + 1u;
  var most = -1e30;
  var total = 0.0;
  for (var t = 0u; t < count; t += ${KEYS}u) {
    //#for j in 0..KEYS
    let at${j} = slotOf(own, min(t + ${j}u, count - 1u)) * ${2 * KV_HEADS * DV}u + kvHead * ${DV}u;
    var score${j} = 0.0;
    //#end
    for (var i = 0u; i < lanes; i++) {
      let q = qkv[qAt + i];
      //#for j in 0..KEYS
      score${j} += inner(q, cache[at${j} + i]);
      //#end
    }
    //#for j in 0..KEYS
    score${j} *= ${SCALE};
    let seen${j} = t + ${j}u < count;
    let high${j} = select(most, max(most, score${j}), seen${j});
    let fade${j} = exp(most - high${j});
    let weight${j} = select(0.0, exp(score${j} - high${j}), seen${j});
    most = high${j};
    total = total * fade${j} + weight${j};
    //#end
    for (var i = 0u; i < lanes; i++) {
      var sum = mixed[outAt + i];
      //#for j in 0..KEYS
      sum = sum * fade${j} + weight${j} * cache[at${j} + ${KV_HEADS * DV}u + i];
      //#end
      mixed[outAt + i] = sum;
    }
  }
  for (var i = 0u; i < lanes; i++) { mixed[outAt + i] /= total; }
}
