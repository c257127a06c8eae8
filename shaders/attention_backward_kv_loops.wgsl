// attention_backward_kv.wgsl, bit for bit, for wide heads on adapters that compute on the CPU; see attention_loops.wgsl. All
// rows of a work group walk the same queries: from its first row to the last that one of them is seen by.
// Grid: one work group per (${LANES} rows, kv head).
//#include lib/attention_backward.wgsl
//#include lib/query_walk.wgsl

@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = group.y * groups.x + group.x;
  let first = index / ${KV_HEADS}u * ${LANES}u;
  let kvHead = index % ${KV_HEADS}u;
  let row = first + lane;
  if (row >= batch.rows) { return; }
  let last = min(first + ${LANES}u, batch.rows) - 1u;
  let lanes = headLanes(batch.rows);
  let kAt = row * ${STRIDE}u + ${K_START}u + kvHead * ${DV}u;
  let vAt = kAt + ${V_START - K_START}u;
  let dkAt = row * ${STRIDE1}u + ${K_START * VW}u + kvHead * ${DH}u;
  let dvAt = dkAt + ${V_START1 - K_START * VW}u;
  for (var i = 0u; i < lanes; i++) {
    setGradientLane(dkAt + i * ${VW}u, Lane());
    setGradientLane(dvAt + i * ${VW}u, Lane());
  }
  let queryEnd = rows[row].queryEnd;
  let walk = queryWalk(first, last, kvHead);
  for (var t = 0u; t < walk.count; t += ${QUERIES}u) {
    //#for j in 0..QUERIES
    let query${j} = queryAt(walk, t + ${j}u); // row, head
    let at${j} = query${j}.x * ${Q_HEADS}u + query${j}.y;
    let qAt${j} = query${j}.x * ${STRIDE}u + query${j}.y * ${DV}u;
    let gAt${j} = query${j}.x * ${OUT_STRIDE}u + query${j}.y * ${DV}u;
    var score${j} = 0.0;
    var dWeight${j} = 0.0;
    //#end
    for (var i = 0u; i < lanes; i++) {
      let k = qkv[kAt + i];
      let v = qkv[vAt + i];
      //#for j in 0..QUERIES
      score${j} += inner(qkv[qAt${j} + i], k);
      dWeight${j} += inner(dMixed[gAt${j} + i], v);
      //#end
    }
    //#for j in 0..QUERIES
    let seen${j} = t + ${j}u < walk.count && query${j}.x >= row && query${j}.x < queryEnd;
    let weight${j} = select(0.0, exp(score${j} * ${SCALE} - stats[at${j}]), seen${j});
    let dScore${j} = weight${j} * (dWeight${j} - stats[batch.capacity * ${Q_HEADS}u + at${j}]) * ${SCALE};
    //#end
    for (var i = 0u; i < lanes; i++) {
      var dk = gradientLane(dkAt + i * ${VW}u);
      var dv = gradientLane(dvAt + i * ${VW}u);
      //#for j in 0..QUERIES
      dk += dScore${j} * qkv[qAt${j} + i];
      dv += weight${j} * dMixed[gAt${j} + i];
      //#end
      setGradientLane(dkAt + i * ${VW}u, dk);
      setGradientLane(dvAt + i * ${VW}u, dv);
    }
  }
  finishKey(row, kvHead);
}
