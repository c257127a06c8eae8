// Attention backward, first half: dq (back through the rotation and the q norm) and delta = sum(dO . O) per (row, head).
// One thread owns one (row, q head) and walks the keys that forward attention walked.
// Grid: one thread per (row, q head).
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE] rotated
@group(0) @binding(3) var<storage, read> mixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(4) var<storage, read> dMixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(5) var<storage, read_write> stats: array<f32>; // log-sum-exp [capacity, Q_HEADS] | delta [capacity, Q_HEADS] | dots [capacity, DOTS]
@group(0) @binding(6) var<storage, read_write> dqkv: array<f32>; // [rows, STRIDE1]
@group(0) @binding(7) var<storage, read> table: array<vec2f>;
//#if QK_NORM || BIAS
@group(0) @binding(8) var<storage, read> vectors: array<f32>;
//#end
//#if QK_NORM
@group(0) @binding(9) var<storage, read> raw: array<f32>; // [rows, STRIDE1]
@group(0) @binding(10) var<storage, read_write> normGrad: array<f32>; // [rows, STRIDE1]
//#end
var<private> d: array<f32, ${DH}>;
//#include lib/rope_backward.wgsl

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
  var dots = 0.0;
  //#for i in 0..DV
  //#if VW == 4
  //#for c in 0..4
  d[${i * 4 + c}] = dq${i}[${c}];
  //#end
  //#else
  d[${i}] = dq${i};
  //#end
  //#if QK_NORM == 0
  dots += inner(dq${i}, q${i});
  //#end
  //#end
  dots += writeHeadGradient(row, head, ${Q_GAIN}u);
  stats[batch.capacity * ${2 * Q_HEADS}u + row * ${DOTS}u + head] = dots;
}
