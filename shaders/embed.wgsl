// x[r,:] = E[token(r),:] for packed rows.
// The embedding [COUNT, D4] holds the tokens from FIRST on: a window of the vocabulary, or all of it; rows of others are left.
// Grid: one thread per (row, vec4 column).
//#include lib/batch.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
//#include lib/stored.wgsl
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>; // [rows, D4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${D4}u;
  if (row >= batch.rows) { return; }
  let token = rows[row].token - ${FIRST}u;
  if (token >= ${COUNT}u) { return; }
  x[index] = stored4(token, index % ${D4}u);
}
