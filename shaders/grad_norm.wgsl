// PARTIALS partial sums of squares of the gradients of one shard. Each thread owns every PARTIALS x WG-th vec4, counted from
// the first shard's start, and goes on from shard to shard with the sum that it leaves in `carried`: the order of the
// additions, and so their bits, do not depend on where the shards begin. A lone shard (FIRST and LAST) carries nothing.
// Grid: PARTIALS threads (WG = 1) or PARTIALS work groups of WG threads.
//#include lib/row_reduce.wgsl
@group(0) @binding(0) var<storage, read> grads: array<vec4f>; // [COUNT4]
//#if LAST
@group(0) @binding(1) var<storage, read_write> partialSums: array<f32>; // [PARTIALS]
//#end
//#if FIRST == 0 || LAST == 0
@group(0) @binding(2) var<storage, read_write> carried: array<f32>; // [PARTIALS, WG]
//#end

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
  let thread = owner * ${WG}u + lane;
  //#if FIRST
  var squares = 0.0;
  //#else
  var squares = carried[thread];
  //#end
  // START4 is where the shard starts, modulo the number of threads
  for (var i = (thread + ${PARTIALS * WG - START4}u) % ${PARTIALS * WG}u; i < ${COUNT4}u; i += ${PARTIALS * WG}u) {
    let value = grads[i];
    squares += dot(value, value);
  }
  //#if LAST
  squares = rowSum(squares, lane);
  if (lane == 0u) { partialSums[owner] = squares; }
  //#else
  carried[thread] = squares;
  //#end
}
