// Backward through an RMSNorm whose normed output has the gradient dx, in place: dx = residual + rstd g dx - x rstd^2/d dots, with
// dots = sum_k g_k dx_k x_k / rstd from whoever made the gradient behind the norm (see OUTPUT 4 of gemm.wgsl, which is this in the
// end of a product; an adapter's product has no bindings left for it).
// Grid: one thread per (row, vec4 column).
//#include lib/batch.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read_write> dx: array<vec4f>; // [rows, D4]
@group(0) @binding(2) var<storage, read> x: array<vec4f>; // [rows, D4]
@group(0) @binding(3) var<storage, read> residual: array<vec4f>; // [rows, D4]
@group(0) @binding(4) var<storage, read> rstd: array<f32>; // [rows]
@group(0) @binding(5) var<storage, read> gain: array<vec4f>; // [D4]
@group(0) @binding(6) var<storage, read> rowDot: array<f32>; // [rows, DOTS]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${D4}u;
  if (row >= batch.rows) { return; }
  var dots = 0.0;
  for (var i = 0u; i < ${DOTS}u; i++) { dots += rowDot[row * ${DOTS}u + i]; }
  let scale = rstd[row];
  dx[index] = residual[index] + (dx[index] * gain[index % ${D4}u] * scale - x[index] * (dots * scale * scale * ${INV_D}));
}
