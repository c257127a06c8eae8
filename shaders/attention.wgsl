// Causal attention of packed rows over a shared prefix and the row's own segment, online softmax, nothing T x T.
// Saves the log-sum-exp for the backward pass. One thread owns one (row, q head); q and the sum stay in registers.
// Grid: one thread per (row, q head).
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE]: q | k | v, rotated
@group(0) @binding(3) var<storage, read_write> mixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(4) var<storage, read_write> logSum: array<f32>; // [rows, Q_HEADS]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${Q_HEADS}u;
  if (row >= batch.rows) { return; }
  let head = index % ${Q_HEADS}u;
  let own = rows[row];
  let qAt = row * ${STRIDE}u + head * ${DV}u;
  //#for i in 0..DV
  let q${i} = qkv[qAt + ${i}u];
  var sum${i} = Lane();
  //#end
  let kHead = ${K_START}u + (head / ${GROUP}u) * ${DV}u;
  let count = own.prefixLength + row + 1u - own.ownStart;
  var most = -1e30;
  var total = 0.0;
  for (var t = 0u; t < count; t++) {
    let keyRow = select(own.ownStart + t - own.prefixLength, own.prefixStart + t, t < own.prefixLength);
    let kAt = keyRow * ${STRIDE}u + kHead;
    var score = 0.0;
    //#for i in 0..DV
    score += inner(q${i}, qkv[kAt + ${i}u]);
    //#end
    score *= ${SCALE};
    let high = max(most, score);
    let fade = exp(most - high);
    let weight = exp(score - high);
    most = high;
    total = total * fade + weight;
    let vAt = kAt + ${V_START - K_START}u;
    //#for i in 0..DV
    sum${i} = sum${i} * fade + weight * qkv[vAt + ${i}u];
    //#end
  }
  let outAt = row * ${OUT_STRIDE}u + head * ${DV}u;
  //#for i in 0..DV
  mixed[outAt + ${i}u] = sum${i} / total;
  //#end
  logSum[index] = most + log(total);
}
