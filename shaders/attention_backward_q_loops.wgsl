// attention_backward_q.wgsl, bit for bit, for wide heads on adapters that compute on the CPU; see attention_loops.wgsl. dq is
// summed where it will lie, in dqkv.
// Grid: one work group per (${LANES} rows, q head).
//#include lib/attention_backward.wgsl
@group(0) @binding(3) var<storage, read> mixed: array<Lane>; // [rows, OUT_STRIDE]
//#include lib/key_walk.wgsl

@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = group.y * groups.x + group.x;
  let first = index / ${Q_HEADS}u * ${LANES}u;
  let head = index % ${Q_HEADS}u;
  let row = first + lane;
  if (row >= batch.rows) { return; }
  let last = min(first + ${LANES}u, batch.rows) - 1u;
  let lanes = headLanes(batch.rows);
  let qAt = row * ${STRIDE}u + head * ${DV}u;
  let outAt = row * ${OUT_STRIDE}u + head * ${DV}u;
  let dAt = row * ${STRIDE1}u + head * ${DH}u;
  var delta = 0.0;
  for (var i = 0u; i < lanes; i++) {
    delta += inner(dMixed[outAt + i], mixed[outAt + i]);
    setGradientLane(dAt + i * ${VW}u, Lane());
  }
  let at = row * ${Q_HEADS}u + head;
  stats[batch.capacity * ${Q_HEADS}u + at] = delta;
  let logSum = stats[at];
  let kHead = ${K_START}u + (head / ${GROUP}u) * ${DV}u;
  let own = rows[row];
  let walk = keyWalk(first, last);
  for (var t = 0u; t < walk.count; t += ${KEYS}u) {
    //#for j in 0..KEYS
    let key${j} = keyRow(walk, t + ${j}u);
    let at${j} = key${j} * ${STRIDE}u + kHead;
    var score${j} = 0.0;
    var dWeight${j} = 0.0;
    //#end
    for (var i = 0u; i < lanes; i++) {
      let q = qkv[qAt + i];
      let g = dMixed[outAt + i];
      //#for j in 0..KEYS
      score${j} += inner(q, qkv[at${j} + i]);
      dWeight${j} += inner(g, qkv[at${j} + ${V_START - K_START}u + i]);
      //#end
    }
    //#for j in 0..KEYS
    let pull${j} = exp(score${j} * ${SCALE} - logSum) * (dWeight${j} - delta) * ${SCALE};
    let dScore${j} = select(0.0, pull${j}, sees(own, row, walk, t + ${j}u, key${j}));
    //#end
    for (var i = 0u; i < lanes; i++) {
      var dq = gradientLane(dAt + i * ${VW}u);
      //#for j in 0..KEYS
      dq += dScore${j} * qkv[at${j} + i];
      //#end
      setGradientLane(dAt + i * ${VW}u, dq);
    }
  }
  finishQuery(row, head);
}
