// Adds the slabs of the gradient arena into the first, in order, and writes PARTIALS partial sums of squares.
// Grid: PARTIALS threads (WG = 1) or PARTIALS work groups of WG threads.
//#include lib/row_reduce.wgsl
@group(0) @binding(0) var<storage, read_write> grads: array<vec4f>; // [SPLITS, SLAB4]
@group(0) @binding(1) var<storage, read_write> partialSums: array<f32>; // [PARTIALS]

//#if WG > 1
@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let owner = group.x;
//#else
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let owner = id.x;
  let lane = 0u;
//#end
  var squares = 0.0;
  for (var i = owner * ${WG}u + lane; i < ${COUNT4}u; i += ${PARTIALS * WG}u) {
    var value = grads[i];
    //#if SPLITS > 1
    //#for s in 1..SPLITS
    value += grads[${s * SLAB4}u + i];
    //#end
    grads[i] = value;
    //#end
    squares += dot(value, value);
  }
  squares = rowSum(squares, lane);
  if (lane == 0u) { partialSums[owner] = squares; }
}
