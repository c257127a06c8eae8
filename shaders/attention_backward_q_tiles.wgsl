// attention_backward_q.wgsl for wide heads on GPUs; see attention_tiles.wgsl.
// Grid: one work group per (16 rows, q head).
//#include lib/attention_backward.wgsl
@group(0) @binding(3) var<storage, read> mixed: array<Lane>; // [rows, OUT_STRIDE]
//#include lib/key_walk.wgsl
//#include lib/attention_tile.wgsl
var<workgroup> partial: array<vec2f, ${16 * TILE * SLICES}>; // [row, key, slice]: shares of score and d weight
var<workgroup> dScores: array<f32, ${16 * TILE}>; // [row, key]

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
  let outAt = row * ${OUT_STRIDE}u + head * ${DV}u + slice;
  var share = 0.0;
  //#for i in 0..PER
  let q${i} = qkv[qAt + ${i * SLICES}u];
  let g${i} = dMixed[outAt + ${i * SLICES}u];
  var dq${i} = Lane();
  share += inner(g${i}, mixed[outAt + ${i * SLICES}u]);
  //#end
  partial[local * ${SLICES}u + slice].x = share;
  workgroupBarrier();
  var delta = 0.0;
  for (var c = 0u; c < ${SLICES}u; c++) { delta += partial[local * ${SLICES}u + c].x; }
  let statsAt = row * ${Q_HEADS}u + head;
  let logSum = stats[statsAt];
  let kHead = ${K_START}u + (head / ${GROUP}u) * ${DV}u;
  let walk = keyWalk(first, last);
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
      var shares = vec2f();
      //#for i in 0..PER
      shares += vec2f(inner(q${i}, staged0[at + ${i * SLICES}u]), inner(g${i}, staged1[at + ${i * SLICES}u]));
      //#end
      partial[(local * ${TILE}u + j) * ${SLICES}u + slice] = shares;
    }
    workgroupBarrier();
    for (var j = slice; j < ${TILE}u; j += ${SLICES}u) {
      let at = local * ${TILE}u + j;
      var sums = vec2f(); // score, d weight
      for (var c = 0u; c < ${SLICES}u; c++) { sums += partial[at * ${SLICES}u + c]; }
      let dScore = exp(sums.x * ${SCALE} - logSum) * (sums.y - delta) * ${SCALE};
      dScores[at] = select(0.0, dScore, sees(own, row, walk, t + j, keyRow(walk, t + j)));
    }
    workgroupBarrier();
    for (var j = 0u; j < ${TILE}u; j++) {
      let dScore = dScores[local * ${TILE}u + j];
      let at = j * ${DV}u + slice;
      //#for i in 0..PER
      dq${i} += dScore * staged0[at + ${i * SLICES}u];
      //#end
    }
  }
  let live = first + local <= last;
  if (live) {
    let dAt = row * ${STRIDE1}u + head * ${DH}u + slice * ${VW}u;
    //#for i in 0..PER
    setGradientLane(dAt + ${i * SLICES * VW}u, dq${i});
    //#end
  }
  storageBarrier();
  if (!live || slice != 0u) { return; }
  stats[batch.capacity * ${Q_HEADS}u + statsAt] = delta;
  finishQuery(row, head);
}
