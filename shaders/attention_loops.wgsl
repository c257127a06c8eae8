// Attention of attention.wgsl, bit for bit, for wide heads on adapters that compute on the CPU: the same sums in the same
// order. A work group owns ${LANES} rows of one q head; all walk the same keys, ${KEYS} at a time, so that a key is one read
// for all. A head's elements are walked in loops and the sums lie in `mixed`: registers and the time to compile do not grow
// with the head dimension.
// Grid: one work group per (${LANES} rows, q head).
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE]: q | k | v, rotated
@group(0) @binding(3) var<storage, read_write> mixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(4) var<storage, read_write> logSum: array<f32>; // [rows, Q_HEADS]
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
  for (var i = 0u; i < lanes; i++) { mixed[outAt + i] = Lane(); }
  let kHead = ${K_START}u + (head / ${GROUP}u) * ${DV}u;
  let own = rows[row];
  let walk = keyWalk(first, last);
  var most = -1e30;
  var total = 0.0;
  for (var t = 0u; t < walk.count; t += ${KEYS}u) {
    //#for j in 0..KEYS
    let key${j} = keyRow(walk, t + ${j}u);
    let at${j} = key${j} * ${STRIDE}u + kHead;
    var score${j} = 0.0;
    //#end
    for (var i = 0u; i < lanes; i++) {
      let q = qkv[qAt + i];
      //#for j in 0..KEYS
      score${j} += inner(q, qkv[at${j} + i]);
      //#end
    }
    //#for j in 0..KEYS
    score${j} *= ${SCALE};
    let seen${j} = sees(own, row, walk, t + ${j}u, key${j});
    let high${j} = select(most, max(most, score${j}), seen${j});
    let fade${j} = exp(most - high${j});
    let weight${j} = select(0.0, exp(score${j} - high${j}), seen${j});
    most = high${j};
    total = total * fade${j} + weight${j};
    //#end
    for (var i = 0u; i < lanes; i++) {
      var sum = mixed[outAt + i];
      //#for j in 0..KEYS
      sum = sum * fade${j} + weight${j} * qkv[at${j} + ${V_START - K_START}u + i];
      //#end
      mixed[outAt + i] = sum;
    }
  }
  for (var i = 0u; i < lanes; i++) { mixed[outAt + i] /= total; }
  logSum[row * ${Q_HEADS}u + head] = most + log(total);
}
