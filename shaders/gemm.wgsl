// C[M,N] = A[M,K] B with fused prologues and epilogues; every matrix product but the weight gradients.
//
// B is stored [K,N], or with NATURAL [N,K] as checkpoints hold a map's weight (four rows of it at a time are turned round in
// registers); in 32, 16, 8 or 4 bits (lib/stored.wgsl), decoded as it is read. A thread owns TM rows x 2 vec4 columns
// in registers. STAGED = 0 reads through the cache (wins on CPU adapters), STAGED = 1 stages [TM WY, TK] and [TK, 8 WX] tiles
// in workgroup memory (wins on GPUs). Every output is one chain of fused multiply-adds over ascending k, so that all tiles and
// both layouts give the same bits. All leading dimensions are multiples of 4, rows are allocated in multiples of 64: no row
// guards are needed, rows past the end compute garbage that nobody reads.
//
// NORM_IN: A is the residual stream and B holds gain-folded weights (g_k W_nk): C = rstd (x B), rstd from the rows read
//          on the way, kept for the backward pass.
// GAIN:    the gains are not in B yet (NATURAL only): B is scaled by them as it is read, to the bits of a folded weight.
// ACCUMULATE: C += A B: the products of earlier windows of k are in C, and this one's sum is added to theirs.
// CHAIN:   the sums over earlier k are in C, and this product's go on from there: to the bits of one product over all of k.
// LOW:     C = A B + L F, a product of low rank behind the sum over k (LoRA); see lib/gemm_low.wgsl.
// GATHER:  row m of A is row headRows[m].source; GATHER_X: row m of x is.
// PAIR:    the two vec4 columns of a thread are c and c + PAIR in blocks of 2 PAIR (gate and up; the halves of a head); 0 = off.
// OUTPUT:  0 plain (SCALED: times OUT_SCALE), 1 + residual (both: rows LDC4 apart, from column C_FROM4 on),
//          2 SwiGLU (keeps gate|up, writes act), 3 SwiGLU backward (acc is d act; CHAIN finds it in the gates' columns),
//          4 RMSNorm backward: C = residual + rstd g acc - x rstd^2/d sum(rowDot), because
//          sum_k g_k dxn_k x_k = sum_n dy_n y_n / rstd: the row's dot product is known before this product starts.
//          5 rotary embedding of the first ROTATED4 columns.
// Grid: x over column tiles, y over row tiles.
//#include lib/batch.wgsl
@group(0) @binding(0) var<storage, read> a: array<f32>; // [M, LDA], from column A_FROM on
//#include lib/stored.wgsl
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>; // [M, N4]
//#if BIAS
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [N4]
//#end
//#if OUTPUT == 4
@group(0) @binding(3) var<storage, read> gain: array<vec4f>; // [N4]
@group(0) @binding(4) var<storage, read> rstd: array<f32>; // [M]
@group(0) @binding(6) var<storage, read> x: array<vec4f>; // [M or rows, N4]
@group(0) @binding(7) var<storage, read> rowDot: array<f32>; // [M, DOTS]
//#end
//#if NORM_IN
@group(0) @binding(4) var<storage, read_write> rstdOut: array<f32>; // [M]
//#end
//#if RESIDUAL
@group(0) @binding(5) var<storage, read> residual: array<vec4f>; // [M, N4]
//#end
//#if OUTPUT == 5
@group(0) @binding(6) var<storage, read> table: array<vec4f>; // [positions, DH / 2] x (cos, sin), two at a time
@group(0) @binding(7) var<storage, read> rows: array<Row>;
//#end
//#if OUTPUT == 2
@group(0) @binding(6) var<storage, read_write> act: array<vec4f>; // [M, PAIR]
//#end
//#if OUTPUT == 3
@group(0) @binding(6) var<storage, read> gateUp: array<vec4f>; // [M, 2 N4]
@group(0) @binding(7) var<storage, read_write> rowDotOut: array<f32>; // [M, DOTS]
//#end
//#if GATHER || GATHER_X
@group(0) @binding(8) var<storage, read> headRows: array<HeadRow>;
//#end
//#if GAIN && STAGED
@group(0) @binding(9) var<storage, read> inGain: array<vec4f>; // [K / 4]
//#end
//#if GAIN && STAGED == 0
@group(0) @binding(9) var<storage, read> inGain: array<f32>; // [K]
//#end
//#if LOW
@group(0) @binding(10) var<storage, read> low: array<f32>; // [M, LOW_LD]
//#if NATURAL
@group(0) @binding(11) var<storage, read> lowFactor: array<f32>;
//#else
@group(0) @binding(11) var<storage, read> lowFactor: array<vec4f>; // [LOW_K, N4]
//#end
//#end
//#if STAGED
var<workgroup> tileA: array<vec4f, ${TK * (TM * WY / 4 + 1)}>; // [TK][rows / 4], a vec4 of padding against bank conflicts
var<workgroup> tileB: array<vec4f, ${TK * 2 * WX}>; // [TK][vec4 columns]
//#end

@compute @workgroup_size(${WX}, ${WY})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  //#if PAIR
  let pairIndex = group.x * ${WX}u + local.x;
  let col0 = pairIndex / ${PAIR}u * ${2 * PAIR}u + pairIndex % ${PAIR}u;
  let col1 = col0 + ${PAIR}u;
  let has0 = col1 < ${N4}u;
  let has1 = has0;
  //#else
  let col0 = group.x * ${2 * WX}u + local.x;
  let col1 = col0 + ${WX}u;
  let has0 = col0 < ${N4}u;
  let has1 = col1 < ${N4}u;
  //#end
  let safe1 = min(col1, ${N4 - 1}u);
  let row = (group.y * ${WY}u + local.y) * ${TM}u;
  //#for m in 0..TM
  //#if GATHER
  let origin${m} = headRows[row + ${m}u].source * ${LDA}u + ${A_FROM}u;
  //#else
  let origin${m} = (row + ${m}u) * ${LDA}u + ${A_FROM}u;
  //#end
  //#if CHAIN
  var acc${m}_0 = c[(row + ${m}u) * ${LDC4}u + ${C_FROM4}u + col0];
  var acc${m}_1 = c[(row + ${m}u) * ${LDC4}u + ${C_FROM4}u + safe1];
  //#else
  var acc${m}_0 = vec4f();
  var acc${m}_1 = vec4f();
  //#end
  //#if NORM_IN
  var squares${m} = 0.0;
  //#end
  //#end
  //#if STAGED
  let lane = local.y * ${WX}u + local.x;
  for (var k0 = 0u; k0 < ${K}u; k0 += ${TK}u) {
    workgroupBarrier();
    //#for i in 0..TK * TM / 4 / WX
    {
      let slot = ${i * WX * WY}u + lane;
      let k = slot % ${TK}u;
      let quad = slot / ${TK}u;
      let inner = min(k0 + k, ${K - 1}u);
      let tileRow = group.y * ${TM * WY}u + quad * 4u;
      var values = vec4f();
      if (k0 + k < ${K}u) {
        values = vec4f(
          //#for j in 0..4
          //#if GATHER
          a[headRows[tileRow + ${j}u].source * ${LDA}u + ${A_FROM}u + inner],
          //#else
          a[(tileRow + ${j}u) * ${LDA}u + ${A_FROM}u + inner],
          //#end
          //#end
        );
      }
      tileA[k * ${TM * WY / 4 + 1}u + quad] = values;
    }
    //#end
    //#if NATURAL
    for (var block = lane; block < ${WX * TK / 2}u; block += ${WX * WY}u) {
      let column16 = block % ${2 * WX}u;
      let quad = block / ${2 * WX}u;
      //#if PAIR
      let pairOf = group.x * ${WX}u + column16 % ${WX}u;
      let column = min(pairOf / ${PAIR}u * ${2 * PAIR}u + pairOf % ${PAIR}u + column16 / ${WX}u * ${PAIR}u, ${N4 - 1}u);
      //#else
      let column = min(group.x * ${2 * WX}u + column16, ${N4 - 1}u);
      //#end
      let k4 = k0 / 4u + quad;
      //#for j in 0..4
      let w${j} = stored4(column * 4u + ${j}u, min(k4, ${K / 4 - 1}u));
      //#end
      //#if GAIN
      let gains = inGain[min(k4, ${K / 4 - 1}u)];
      //#end
      //#for i in 0..4
      //#if GAIN
      let column${i} = vec4f(w0[${i}], w1[${i}], w2[${i}], w3[${i}]) * gains[${i}];
      //#else
      let column${i} = vec4f(w0[${i}], w1[${i}], w2[${i}], w3[${i}]);
      //#end
      tileB[(quad * 4u + ${i}u) * ${2 * WX}u + column16] = select(vec4f(), column${i}, k4 < ${K / 4}u);
      //#end
    }
    //#else
    //#for i in 0..2 * TK / WY
    {
      let slot = ${i * WX * WY}u + lane;
      let k = k0 + slot / ${2 * WX}u;
      let column16 = slot % ${2 * WX}u;
      //#if PAIR
      let pairOf = group.x * ${WX}u + column16 % ${WX}u;
      let column = min(pairOf / ${PAIR}u * ${2 * PAIR}u + pairOf % ${PAIR}u + column16 / ${WX}u * ${PAIR}u, ${N4 - 1}u);
      //#else
      let column = min(group.x * ${2 * WX}u + column16, ${N4 - 1}u);
      //#end
      tileB[slot] = select(vec4f(), stored4(min(k, ${K - 1}u), column), k < ${K}u);
    }
    //#end
    //#end
    workgroupBarrier();
    for (var k = 0u; k < ${TK}u; k++) {
      let b0 = tileB[k * ${2 * WX}u + local.x];
      let b1 = tileB[k * ${2 * WX}u + ${WX}u + local.x];
      //#for q in 0..TM / 4
      let a${q} = tileA[k * ${TM * WY / 4 + 1}u + local.y * ${TM / 4}u + ${q}u];
      //#for j in 0..4
      {
        let value = a${q}[${j}];
        acc${4 * q + j}_0 = fma(vec4f(value), b0, acc${4 * q + j}_0);
        acc${4 * q + j}_1 = fma(vec4f(value), b1, acc${4 * q + j}_1);
        //#if NORM_IN
        squares${4 * q + j} = fma(value, value, squares${4 * q + j});
        //#end
      }
      //#end
      //#end
    }
  }
  //#else
  //#if FULL == 0
  if (!has0) { return; }
  //#end
  //#if NATURAL
  //#if STORED_RUN < 4
  let length = ${STORED_RUN}u;
  //#else
  // as a bound that compilers do not see: those of CPU adapters would unroll what then no longer fits into registers
  let length = select(0u, ${STORED_RUN}u, arrayLength(&stored) > 0u);
  //#end
  //#if STORED_TYPE >= 3
  var scales0 = vec4f();
  var scales1 = vec4f();
  //#end
  for (var run = 0u; run < ${(K + STORED_RUN - 1) / STORED_RUN}u; run++) {
  let run0 = storedRun(col0 * 4u, run);
  let run1 = storedRun(safe1 * 4u, run);
  //#if STORED_TYPE >= 3
  if (run % ${32 / STORED_RUN}u == 0u) {
    scales0 = storedScales(col0 * 4u, run / ${32 / STORED_RUN}u);
    scales1 = storedScales(safe1 * 4u, run / ${32 / STORED_RUN}u);
  }
  //#end
  //#if K % STORED_RUN == 0
  for (var j = 0u; j < length; j++) {
  //#else
  for (var j = 0u; j < min(length, ${K}u - run * ${STORED_RUN}u); j++) {
  //#end
    let k = run * ${STORED_RUN}u + j;
    //#if STORED_TYPE >= 3
    var b0 = runValue(run0, j) * scales0;
    var b1 = runValue(run1, j) * scales1;
    //#else
    var b0 = runValue(run0, j);
    var b1 = runValue(run1, j);
    //#end
    //#if GAIN
    b0 *= inGain[k];
    b1 *= inGain[k];
    //#end
  //#else
  for (var k = 0u; k < ${K}u; k++) {
    let b0 = stored4(k, col0);
    let b1 = stored4(k, safe1);
  //#end
    //#for m in 0..TM
    {
      let value = a[origin${m} + k];
      acc${m}_0 = fma(vec4f(value), b0, acc${m}_0);
      acc${m}_1 = fma(vec4f(value), b1, acc${m}_1);
      //#if NORM_IN
      squares${m} = fma(value, value, squares${m});
      //#end
    }
    //#end
  }
  //#if NATURAL
  }
  //#end
  //#end
  //#if FULL == 0
  if (!has0) { return; }
  //#end
  //#if LOW
  //#include lib/gemm_low.wgsl
  //#end
  //#if ROLLED
  // CPU adapters compile for seconds when this is unrolled; a bound that the compiler cannot see keeps it a loop
  var tile: array<vec4f, ${2 * TM}>;
  var sums: array<f32, ${TM}>;
  //#for i in 0..TM
  tile[${2 * i}] = acc${i}_0;
  tile[${2 * i + 1}] = acc${i}_1;
  //#if NORM_IN
  sums[${i}] = squares${i};
  //#end
  //#end
  for (var m = 0u; m < min(${TM}u, arrayLength(&c)); m++) {
    let r = row + m;
    var v0 = tile[2u * m];
    var v1 = tile[2u * m + 1u];
    let squares = sums[m];
    //#include lib/gemm_epilogue.wgsl
  }
  //#else
  //#for i in 0..TM
  {
    let r = row + ${i}u;
    var v0 = acc${i}_0;
    var v1 = acc${i}_1;
    //#if NORM_IN
    let squares = squares${i};
    //#end
    //#include lib/gemm_epilogue.wgsl
  }
  //#end
  //#end
}
