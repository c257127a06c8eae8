// attention_backward_kv.wgsl for wide heads on GPUs; see attention_tiles.wgsl. What is staged are queries and their gradients.
// Grid: one work group per (16 rows, kv head).
//#include lib/attention_backward.wgsl
//#include lib/query_walk.wgsl
//#include lib/attention_tile.wgsl
var<workgroup> partial: array<vec2f, ${16 * TILE * SLICES}>; // [row, query, slice]: shares of score and d weight
var<workgroup> pulls: array<vec2f, ${16 * TILE}>; // [row, query]: d score, weight

@compute @workgroup_size(${16 * SLICES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = group.y * groups.x + group.x;
  let first = index / ${KV_HEADS}u * rowsPerGroup;
  let kvHead = index % ${KV_HEADS}u;
  if (first >= batch.rows) { return; }
  let last = min(first + rowsPerGroup, batch.rows) - 1u;
  let local = thread / ${SLICES}u;
  let slice = thread % ${SLICES}u;
  let row = min(first + local, last);
  let kAt = row * ${STRIDE}u + ${K_START}u + kvHead * ${DV}u + slice;
  //#for i in 0..PER
  let k${i} = qkv[kAt + ${i * SLICES}u];
  let v${i} = qkv[kAt + ${V_START - K_START + i * SLICES}u];
  var dk${i} = Lane();
  var dv${i} = Lane();
  //#end
  let queryEnd = rows[row].queryEnd;
  let walk = queryWalk(first, last, kvHead);
  for (var t = 0u; t < walk.count; t += ${TILE}u) {
    workgroupBarrier();
    for (var s = thread; s < ${TILE * DV}u; s += threads) {
      let query = queryAt(walk, t + s / ${DV}u); // row, head
      let at = query.y * ${DV}u + s % ${DV}u;
      staged0[s] = qkv[query.x * ${STRIDE}u + at];
      staged1[s] = dMixed[query.x * ${OUT_STRIDE}u + at];
    }
    workgroupBarrier();
    for (var j = 0u; j < ${TILE}u; j++) {
      let at = j * ${DV}u + slice;
      var shares = vec2f();
      //#for i in 0..PER
      shares += vec2f(inner(staged0[at + ${i * SLICES}u], k${i}), inner(staged1[at + ${i * SLICES}u], v${i}));
      //#end
      partial[(local * ${TILE}u + j) * ${SLICES}u + slice] = shares;
    }
    workgroupBarrier();
    for (var j = slice; j < ${TILE}u; j += ${SLICES}u) {
      let at = local * ${TILE}u + j;
      var sums = vec2f(); // score, d weight
      for (var c = 0u; c < ${SLICES}u; c++) { sums += partial[at * ${SLICES}u + c]; }
      let query = queryAt(walk, t + j);
      let statsAt = query.x * ${Q_HEADS}u + query.y;
      let seen = t + j < walk.count && query.x >= row && query.x < queryEnd;
      let weight = select(0.0, exp(sums.x * ${SCALE} - stats[statsAt]), seen);
      pulls[at] = vec2f(weight * (sums.y - stats[batch.capacity * ${Q_HEADS}u + statsAt]) * ${SCALE}, weight);
    }
    workgroupBarrier();
    for (var j = 0u; j < ${TILE}u; j++) {
      let pull = pulls[local * ${TILE}u + j];
      let at = j * ${DV}u + slice;
      //#for i in 0..PER
      dk${i} += pull.x * staged0[at + ${i * SLICES}u];
      dv${i} += pull.y * staged1[at + ${i * SLICES}u];
      //#end
    }
  }
  let live = first + local <= last;
  if (live) {
    let dkAt = row * ${STRIDE1}u + ${K_START * VW}u + kvHead * ${DH}u + slice * ${VW}u;
    //#for i in 0..PER
    setGradientLane(dkAt + ${i * SLICES * VW}u, dk${i});
    setGradientLane(dkAt + ${V_START1 - K_START * VW + i * SLICES * VW}u, dv${i});
    //#end
  }
  storageBarrier();
  if (!live || slice != 0u) { return; }
  finishKey(row, kvHead);
}
