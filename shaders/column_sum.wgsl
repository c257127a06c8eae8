// grads[n] += sum over rows of values[r, n], for biases; with HEADS > 1 also over the heads of a row (gains of the q and k
// norms: PARTS runs of HEADS[p] x WIDTH columns fold onto WIDTH sums each).
// Grid: one thread per sum.
//#include lib/batch.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> values: array<f32>; // [rows, STRIDE]
@group(0) @binding(2) var<storage, read_write> grads: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  //#for p in 0..PARTS
  if (id.x >= ${FIRST[p]}u && id.x < ${FIRST[p] + WIDTH[p]}u) {
    let column = id.x - ${FIRST[p]}u;
    var sum = 0.0;
    for (var row = 0u; row < batch.rows; row++) {
      for (var head = 0u; head < ${HEADS[p]}u; head++) {
        sum += values[row * ${STRIDE}u + ${FROM[p]}u + head * ${WIDTH[p]}u + column];
      }
    }
    grads[${OUT[p]}u + column] += sum;
  }
  //#end
}
