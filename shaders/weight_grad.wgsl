// Weight gradients of up to four linear maps in one dispatch: dW[n,k] += sum_m dy[m,n] rowScale[m] x[m,k].
//
// A thread owns 8 output rows (two vec4 of dy) x 2 vec4 columns of x in registers. The sum over rows is split over SPLITS
// slabs of the gradient arena (grid z); they are added in fixed order by finish_grads. dy and x of every problem lie in
// six buffers; leading dimensions are in vec4, and a buffer's second part starts behind COLUMNS vec4 for each row of the
// capacity. Rows come from the micro-batch (rows or headRows).
// Grid: x over threads of all problems, z over slabs.
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

@compute @workgroup_size(${WX})
fn main(@builtin(global_invocation_id) id: vec3u) {
  //#if HEAD
  let count = batch.headRows;
  //#else
  let count = batch.rows;
  //#end
  let chunk = (count + ${SPLITS - 1}u) / ${SPLITS}u;
  let begin = min(id.z * chunk, count);
  let end = min(begin + chunk, count);
  let slab = id.z * ${SLAB4}u;
  var thread = id.x;
  //#for p in 0..PROBLEMS
  if (thread < ${THREADS[p]}u) {
    let col0 = (thread % ${COLS[p]}u) * 2u;
    let col1 = min(col0 + 1u, ${X4[p] - 1}u);
    let out0 = (thread / ${COLS[p]}u) * 2u;
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
      let dy0 = source${DY[p]}[${DYCOLUMNS4[p]}u * batch.capacity + m * ${DY4[p]}u + out0] * scale;
      let dy1 = source${DY[p]}[${DYCOLUMNS4[p]}u * batch.capacity + m * ${DY4[p]}u + out1] * scale;
      //#if GATHER
      let origin = ${XCOLUMNS4[p]}u * batch.capacity + headRows[m].source * ${X4[p]}u;
      //#else
      let origin = ${XCOLUMNS4[p]}u * batch.capacity + m * ${X4[p]}u;
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
    let base = slab + ${OUT[p]}u;
    let at = base + out0 * ${4 * X4[p]}u + col0;
    //#if ROLLED
    var tile: array<vec4f, 16>;
    //#for j in 0..8
    tile[${2 * j}] = acc${j}_0;
    tile[${2 * j + 1}] = acc${j}_1;
    //#end
    for (var j = 0u; j < min(8u, arrayLength(&grads)); j++) {
      if (out0 + j / 4u < ${DY4[p]}u) {
        grads[at + j * ${X4[p]}u] += tile[2u * j];
        if (col0 + 1u < ${X4[p]}u) { grads[at + j * ${X4[p]}u + 1u] += tile[2u * j + 1u]; }
      }
    }
    //#else
    //#for half in 0..2
    if (out0 + ${half}u < ${DY4[p]}u) {
      //#for j in 0..4
      grads[at + ${(half * 4 + j) * X4[p]}u] += acc${half * 4 + j}_0;
      //#end
      if (col0 + 1u < ${X4[p]}u) {
        //#for j in 0..4
        grads[at + ${(half * 4 + j) * X4[p] + 1}u] += acc${half * 4 + j}_1;
        //#end
      }
    }
    //#end
    //#end
    return;
  }
  thread -= ${THREADS[p]}u;
  //#end
}
