// Weight gradients of up to four linear maps in one dispatch: dW[n,k] += sum_m dy[m,n] rowScale[m] x[m,k].
//
// A tile of dW is 8 rows (two vec4 of dy) x 2 vec4 columns of x, in the registers of a thread. SPLITS threads share a tile,
// each with a run of the rows m; a work group of TILES x SPLITS threads adds their sums in fixed order through its own memory
// and adds the total to the gradient, so that no partial sum ever reaches a buffer. dy and x of every problem lie in SOURCES
// buffers; leading dimensions are in vec4, and a buffer's second part starts behind COLUMNS vec4 for each row of the
// capacity; of each of its rows (STRIDE4) the columns from FROM4 on are read. Rows come from the micro-batch (rows or
// headRows). GAIN: the columns of a sum are scaled by gains[GAIN + column].
// Grid: groups of TILES tiles, problem after problem.
//#include lib/batch.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read_write> grads: array<vec4f>;
//#for s in 0..SOURCES
@group(0) @binding(${2 + s}) var<storage, read> source${s}: array<vec4f>;
//#end
//#if SCALED
@group(0) @binding(${2 + SOURCES}) var<storage, read> rowScale: array<f32>;
//#end
//#if GATHER
@group(0) @binding(${3 + SOURCES}) var<storage, read> headRows: array<HeadRow>;
//#end
//#if GAINED
@group(0) @binding(${4 + SOURCES}) var<storage, read> gains: array<vec4f>;
//#end
//#if SPLITS > 1
var<workgroup> partialSums: array<vec4f, ${8 * TILES * SPLITS}>; // half a tile of every thread
//#end

@compute @workgroup_size(${TILES * SPLITS})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = id.y * groups.x + id.x;
  //#if GATHER
  let count = batch.headRows;
  //#else
  let count = batch.rows;
  //#end
  //#if SPLITS > 1
  let split = lane / ${TILES}u;
  let chunk = (count + ${SPLITS - 1}u) / ${SPLITS}u;
  let begin = min(split * chunk, count);
  let end = min(begin + chunk, count);
  //#else
  let begin = 0u;
  let end = count;
  //#end
  //#for p in 0..PROBLEMS
  if (group < ${END[p]}u) {
    let own = (group - ${FIRST[p]}u) * ${TILES}u + lane % ${TILES}u;
    //#if SPLITS > 1
    // threads past the last tile go along to the barriers
    let tile = min(own, ${COUNT[p] - 1}u);
    //#else
    if (own >= ${COUNT[p]}u) { return; }
    let tile = own;
    //#end
    let col0 = (tile % ${COLS[p]}u) * 2u;
    let col1 = min(col0 + 1u, ${X4[p] - 1}u);
    let out0 = (tile / ${COLS[p]}u) * 2u;
    let out1 = min(out0 + 1u, ${DY4[p] - 1}u);
    //#for j in 0..8
    var acc${j}_0 = vec4f();
    var acc${j}_1 = vec4f();
    //#end
    for (var m = begin; m < end; m++) {
      //#if SCALE[p] >= 0
      let scale = rowScale[${SCALE[p]}u * batch.capacity + m];
      //#else
      let scale = 1.0;
      //#end
      let dy0 = source${DY[p]}[${DYCOLUMNS4[p]}u * batch.capacity + m * ${DYSTRIDE4[p]}u + ${DYFROM4[p]}u + out0] * scale;
      let dy1 = source${DY[p]}[${DYCOLUMNS4[p]}u * batch.capacity + m * ${DYSTRIDE4[p]}u + ${DYFROM4[p]}u + out1] * scale;
      //#if GATHER
      let origin = ${XCOLUMNS4[p]}u * batch.capacity + headRows[m].source * ${XSTRIDE4[p]}u + ${XFROM4[p]}u;
      //#else
      let origin = ${XCOLUMNS4[p]}u * batch.capacity + m * ${XSTRIDE4[p]}u + ${XFROM4[p]}u;
      //#end
      let x0 = source${X[p]}[origin + col0];
      let x1 = source${X[p]}[origin + col1];
      //#for j in 0..4
      acc${j}_0 = fma(vec4f(dy0[${j}]), x0, acc${j}_0);
      acc${j}_1 = fma(vec4f(dy0[${j}]), x1, acc${j}_1);
      acc${j + 4}_0 = fma(vec4f(dy1[${j}]), x0, acc${j + 4}_0);
      acc${j + 4}_1 = fma(vec4f(dy1[${j}]), x1, acc${j + 4}_1);
      //#end
    }
    let at = ${OUT[p]}u + out0 * ${4 * X4[p]}u + col0;
    //#if SPLITS > 1
    //#for half in 0..2
    //#for j in 0..4
    partialSums[${(2 * j) * TILES * SPLITS}u + lane] = acc${half * 4 + j}_0;
    partialSums[${(2 * j + 1) * TILES * SPLITS}u + lane] = acc${half * 4 + j}_1;
    //#end
    workgroupBarrier();
    for (var i = split; i < 8u; i += ${SPLITS}u) {
      var sum = partialSums[i * ${TILES * SPLITS}u + lane % ${TILES}u];
      //#for s in 1..SPLITS
      sum += partialSums[i * ${TILES * SPLITS}u + ${s * TILES}u + lane % ${TILES}u];
      //#end
      if (own < ${COUNT[p]}u && out0 + ${half}u < ${DY4[p]}u && col0 + i % 2u < ${X4[p]}u) {
        //#if GAIN[p] >= 0
        sum *= gains[${GAIN[p]}u + col0 + i % 2u];
        //#end
        grads[at + ${half * 4 * X4[p]}u + i / 2u * ${X4[p]}u + i % 2u] += sum;
      }
    }
    workgroupBarrier();
    //#end
    //#else
    var sums: array<vec4f, 16>;
    //#for j in 0..8
    sums[${2 * j}] = acc${j}_0;
    sums[${2 * j + 1}] = acc${j}_1;
    //#end
    //#if GAIN[p] >= 0
    let gain0 = gains[${GAIN[p]}u + col0];
    let gain1 = gains[${GAIN[p]}u + col1];
    //#for j in 0..8
    sums[${2 * j}] *= gain0;
    sums[${2 * j + 1}] *= gain1;
    //#end
    //#end
    for (var j = 0u; j < min(8u, arrayLength(&grads)); j++) {
      if (out0 + j / 4u < ${DY4[p]}u) {
        grads[at + j * ${X4[p]}u] += sums[2u * j];
        if (col0 + 1u < ${X4[p]}u) { grads[at + j * ${X4[p]}u + 1u] += sums[2u * j + 1u]; }
      }
    }
    //#end
    return;
  }
  //#end
}
