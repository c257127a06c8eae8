// x[r,:] = E[nextToken(going[r]),:] for every sequence that is still going.
// The embedding [COUNT, D4] holds the tokens from FIRST on: a window of the vocabulary, or all of it; rows of others are left.
// Grid: one thread per (row, vec4 column).
//#include lib/decode.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read> sequences: array<Sequence>;
//#include lib/stored.wgsl
@group(0) @binding(3) var<storage, read_write> x: array<vec4f>; // [rows, D4]
@group(0) @binding(4) var<storage, read> going: array<u32>; // [rows]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${D4}u;
  if (row >= sampling.rows) { return; }
  let token = sequences[going[row]].nextToken - ${FIRST}u;
  if (token >= ${COUNT}u) { return; }
  x[index] = stored4(token, index % ${D4}u);
}
