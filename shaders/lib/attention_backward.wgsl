// What the kernels of attention's backward pass share: bindings (3 is the attention output, which only the first half reads),
// and the way of a finished head gradient back to q | k | v as projected. With QK_NORM that is heads_backward.wgsl's.
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE] rotated
@group(0) @binding(4) var<storage, read> dMixed: array<Lane>; // [rows, OUT_STRIDE]
@group(0) @binding(5) var<storage, read_write> stats: array<f32>; // log-sum-exp [capacity, Q_HEADS] | delta [capacity, Q_HEADS] | dots [capacity, DOTS]
@group(0) @binding(6) var<storage, read_write> dqkv: array<f32>; // [rows, STRIDE1]
//#if QK_NORM == 0
@group(0) @binding(7) var<storage, read> table: array<vec2f>;
//#if BIAS
@group(0) @binding(8) var<storage, read> vectors: array<f32>;
//#end
//#include lib/rope_backward.wgsl
//#end

fn gradientLane(at: u32) -> Lane {
  //#if VW == 4
  return vec4f(dqkv[at], dqkv[at + 1u], dqkv[at + 2u], dqkv[at + 3u]);
  //#else
  return dqkv[at];
  //#end
}

fn setGradientLane(at: u32, value: Lane) {
  //#if VW == 4
  dqkv[at] = value.x;
  dqkv[at + 1u] = value.y;
  dqkv[at + 2u] = value.z;
  dqkv[at + 3u] = value.w;
  //#else
  dqkv[at] = value;
  //#end
}

fn finishQuery(row: u32, head: u32) {
  //#if QK_NORM == 0
  let dAt = row * ${STRIDE1}u + head * ${DH}u;
  let qAt = row * ${STRIDE}u + head * ${DV}u;
  var dots = 0.0;
  for (var i = 0u; i < headLanes(batch.rows); i++) { dots += inner(gradientLane(dAt + i * ${VW}u), qkv[qAt + i]); }
  dots += turnHeadBack(row, head, 0u);
  stats[batch.capacity * ${2 * Q_HEADS}u + row * ${DOTS}u + head] = dots;
  //#end
}

fn finishKey(row: u32, kvHead: u32) {
  //#if QK_NORM == 0
  let kAt = row * ${STRIDE}u + ${K_START}u + kvHead * ${DV}u;
  let dkAt = row * ${STRIDE1}u + ${K_START * VW}u + kvHead * ${DH}u;
  var dots = 0.0;
  for (var i = 0u; i < headLanes(batch.rows); i++) {
    let dv = gradientLane(dkAt + ${V_START1 - K_START * VW}u + i * ${VW}u);
    //#if BIAS
    let biasAt = ${BIAS_AT + V_START1}u + kvHead * ${DH}u + i * ${VW}u;
    //#if VW == 4
    //#for c in 0..4
    dots -= dv[${c}] * vectors[biasAt + ${c}u];
    //#end
    //#else
    dots -= dv * vectors[biasAt];
    //#end
    //#end
    dots += inner(dv, qkv[kAt + ${V_START - K_START}u + i]);
    dots += inner(gradientLane(dkAt + i * ${VW}u), qkv[kAt + i]);
  }
  dots += turnHeadBack(row, ${Q_HEADS}u + kvHead, 0u);
  stats[batch.capacity * ${2 * Q_HEADS}u + row * ${DOTS}u + ${Q_HEADS}u + kvHead] = dots;
  //#end
}
