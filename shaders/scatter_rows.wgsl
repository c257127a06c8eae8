// dx[r,:] = sum over the row's run of head rows; rows that never reached the head get zero.
// Grid: one thread per (row, vec4 column).
//#include lib/batch.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> dHead: array<vec4f>; // [headRows, D4]
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // [rows, D4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${D4}u;
  if (row >= batch.rows) { return; }
  let column = index % ${D4}u;
  let first = rows[row].headStart;
  var sum = vec4f();
  for (var i = first; i < first + rows[row].headCount; i++) { sum += dHead[i * ${D4}u + column]; }
  dx[index] = sum;
}
