// Attention backward, first half: dq (back through the rotation and the q norm) and delta = sum(dO . O) per (row, head).
// One thread owns one (row, q head) and walks the keys that forward attention walked.
// Grid: one thread per (row, q head).
//#include lib/attention_backward.wgsl
@group(0) @binding(3) var<storage, read> mixed: array<Lane>; // [rows, OUT_STRIDE]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${Q_HEADS}u;
  if (row >= batch.rows) { return; }
  let head = index % ${Q_HEADS}u;
  let own = rows[row];
  let qAt = row * ${STRIDE}u + head * ${DV}u;
  let outAt = row * ${OUT_STRIDE}u + head * ${DV}u;
  var delta = 0.0;
  //#for i in 0..DV
  let q${i} = qkv[qAt + ${i}u];
  let g${i} = dMixed[outAt + ${i}u];
  var dq${i} = Lane();
  delta += inner(g${i}, mixed[outAt + ${i}u]);
  //#end
  stats[batch.capacity * ${Q_HEADS}u + index] = delta;
  let logSum = stats[index];
  let kHead = ${K_START}u + (head / ${GROUP}u) * ${DV}u;
  let count = own.prefixLength + row + 1u - own.ownStart;
  for (var t = 0u; t < count; t++) {
    let keyRow = select(own.ownStart + t - own.prefixLength, own.prefixStart + t, t < own.prefixLength);
    let kAt = keyRow * ${STRIDE}u + kHead;
    let vAt = kAt + ${V_START - K_START}u;
    var score = 0.0;
    var dWeight = 0.0;
    //#for i in 0..DV
    let k${i} = qkv[kAt + ${i}u];
    score += inner(q${i}, k${i});
    dWeight += inner(g${i}, qkv[vAt + ${i}u]);
    //#end
    let dScore = exp(score * ${SCALE} - logSum) * (dWeight - delta) * ${SCALE};
    //#for i in 0..DV
    dq${i} += dScore * k${i};
    //#end
  }
  //#for i in 0..DV
  setGradientLane(row * ${STRIDE1}u + head * ${DH}u + ${i * VW}u, dq${i});
  //#end
  finishQuery(row, head);
}
