// Attention of attention.wgsl for wide heads on GPUs: keys and values staged in work group memory, read once for 16 rows of a
// q head, each row's running softmax kept by the ${SLICES} threads that share its head.
// Grid: one work group per (16 rows, q head).
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE]: q | k | v, rotated
@group(0) @binding(3) var<storage, read_write> mixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(4) var<storage, read_write> logSum: array<f32>; // [rows, Q_HEADS]
//#include lib/key_walk.wgsl
//#include lib/attention_tile.wgsl
var<workgroup> partial: array<f32, ${16 * TILE * SLICES}>; // [row, key, slice]: shares of scores
var<workgroup> scores: array<f32, ${16 * TILE}>; // [row, key]
var<workgroup> weights: array<f32, ${16 * TILE}>; // [row, key]

@compute @workgroup_size(${16 * SLICES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = group.y * groups.x + group.x;
  let first = index / ${Q_HEADS}u * rowsPerGroup;
  let head = index % ${Q_HEADS}u;
  if (first >= batch.rows) { return; }
  let last = min(first + rowsPerGroup, batch.rows) - 1u;
  let local = thread / ${SLICES}u;
  let slice = thread % ${SLICES}u;
  let row = min(first + local, last);
  let own = rows[row];
  let qAt = row * ${STRIDE}u + head * ${DV}u + slice;
  //#for i in 0..PER
  let q${i} = qkv[qAt + ${i * SLICES}u];
  var sum${i} = Lane();
  //#end
  let kHead = ${K_START}u + (head / ${GROUP}u) * ${DV}u;
  let walk = keyWalk(first, last);
  var most = -1e30;
  var total = 0.0;
  for (var t = 0u; t < walk.count; t += ${TILE}u) {
    workgroupBarrier();
    for (var s = thread; s < ${TILE * DV}u; s += threads) {
      let at = keyRow(walk, t + s / ${DV}u) * ${STRIDE}u + kHead + s % ${DV}u;
      staged0[s] = qkv[at];
      staged1[s] = qkv[at + ${V_START - K_START}u];
    }
    workgroupBarrier();
    for (var j = 0u; j < ${TILE}u; j++) {
      let at = j * ${DV}u + slice;
      var share = 0.0;
      //#for i in 0..PER
      share += inner(q${i}, staged0[at + ${i * SLICES}u]);
      //#end
      partial[(local * ${TILE}u + j) * ${SLICES}u + slice] = share;
    }
    workgroupBarrier();
    for (var j = slice; j < ${TILE}u; j += ${SLICES}u) {
      let at = local * ${TILE}u + j;
      var score = 0.0;
      for (var c = 0u; c < ${SLICES}u; c++) { score += partial[at * ${SLICES}u + c]; }
      scores[at] = select(-1e30, score * ${SCALE}, sees(own, row, walk, t + j, keyRow(walk, t + j)));
    }
    workgroupBarrier();
    var high = most;
    for (var j = 0u; j < ${TILE}u; j++) { high = max(high, scores[local * ${TILE}u + j]); }
    for (var j = slice; j < ${TILE}u; j += ${SLICES}u) {
      let score = scores[local * ${TILE}u + j];
      weights[local * ${TILE}u + j] = select(0.0, exp(score - high), score > -1e30);
    }
    workgroupBarrier();
    let fade = exp(most - high);
    most = high;
    total *= fade;
    //#for i in 0..PER
    sum${i} *= fade;
    //#end
    for (var j = 0u; j < ${TILE}u; j++) {
      let weight = weights[local * ${TILE}u + j];
      let at = j * ${DV}u + slice;
      total += weight;
      //#for i in 0..PER
      sum${i} += weight * staged1[at + ${i * SLICES}u];
      //#end
    }
  }
  if (first + local > last) { return; }
  let outAt = row * ${OUT_STRIDE}u + head * ${DV}u + slice;
  //#for i in 0..PER
  mixed[outAt + ${i * SLICES}u] = sum${i} / total;
  //#end
  if (slice == 0u) { logSum[row * ${Q_HEADS}u + head] = most + log(total); }
}
