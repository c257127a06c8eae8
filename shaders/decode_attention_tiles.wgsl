// decode_attention.wgsl for wide heads on GPUs, behind decode_heads.wgsl: 64 keys at a time, a thread for the score of each; then
// a thread for each of a head's DV lanes, and as many such parts of the keys as 64 threads allow, sums the values.
// Grid: one work group per (row, q head).
//#include lib/decode.wgsl
//#include lib/kv_pages.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read> sequences: array<Sequence>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE], q rotated
@group(0) @binding(3) var<storage, read> cache: array<Lane>; // [slots, k | v of KV_HEADS heads], k rotated
@group(0) @binding(4) var<storage, read_write> mixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(5) var<storage, read> going: array<u32>; // [rows]
var<workgroup> query: array<Lane, ${DV}>;
var<workgroup> scores: array<f32, 64>;
var<workgroup> weights: array<f32, 64>;
var<workgroup> sums: array<Lane, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = group.y * groups.x + group.x;
  let row = index / ${Q_HEADS}u;
  if (row >= sampling.rows) { return; }
  let own = sequences[going[row]];
  if (own.done == 1u) { return; }
  let head = index % ${Q_HEADS}u;
  let kHead = head / ${GROUP}u * ${DV}u;
  let part = thread / ${DV}u;
  let lane = thread % ${DV}u;
  if (part == 0u) { query[lane] = qkv[row * ${STRIDE}u + head * ${DV}u + lane]; }
  let count = own.prefixLength + own.length + 1u;
  var most = -1e30;
  var total = 0.0;
  var sum = Lane();
  for (var first = 0u; first < count; first += 64u) {
    workgroupBarrier();
    let t = first + thread;
    var score = -1e30;
    if (t < count) {
      let at = slotOf(own, t) * ${2 * KV_HEADS * DV}u + kHead;
      score = 0.0;
      for (var i = 0u; i < ${DV}u; i++) { score += inner(query[i], cache[at + i]); }
      score *= ${SCALE};
    }
    scores[thread] = score;
    workgroupBarrier();
    var high = most;
    for (var j = 0u; j < 64u; j++) { high = max(high, scores[j]); }
    weights[thread] = select(0.0, exp(score - high), t < count);
    workgroupBarrier();
    let fade = exp(most - high);
    most = high;
    total *= fade;
    for (var j = 0u; j < 64u; j++) { total += weights[j]; }
    sum *= fade;
    let end = min(64u, count - first);
    for (var j = select(end, part, part < ${64 / DV}u); j < end; j += ${64 / DV}u) {
      sum += weights[j] * cache[slotOf(own, first + j) * ${2 * KV_HEADS * DV}u + kHead + ${KV_HEADS * DV}u + lane];
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (part > 0u) { return; }
  for (var p = 1u; p < ${64 / DV}u; p++) { sum += sums[p * ${DV}u + lane]; }
  mixed[row * ${OUT_STRIDE}u + head * ${DV}u + lane] = sum / total;
}
