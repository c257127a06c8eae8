// dE[token,:] += sum of dx over the rows that hold the token. The host sorts the rows by token (runs), so that every sum
// has one owner and a fixed order: no float atomics. The gradient [COUNT, D4] is that of the tokens from FIRST on: a window of the
// vocabulary, or all of it; runs of others are left.
// Grid: one thread per (run, vec4 column).
@group(0) @binding(0) var<storage, read> runs: array<vec4u>; // [runs]: token, first, count, unused; first entry's w = number of runs
@group(0) @binding(1) var<storage, read> sortedRows: array<u32>; // [rows]
@group(0) @binding(2) var<storage, read> dx: array<vec4f>; // [rows, D4]
@group(0) @binding(3) var<storage, read_write> grads: array<vec4f>; // [COUNT, D4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let run = index / ${D4}u;
  if (run >= runs[0].w) { return; }
  let column = index % ${D4}u;
  let token = runs[run].x - ${FIRST}u;
  if (token >= ${COUNT}u) { return; }
  var sum = vec4f();
  for (var i = 0u; i < runs[run].z; i++) {
    sum += dx[sortedRows[runs[run].y + i] * ${D4}u + column];
  }
  grads[token * ${D4}u + column] += sum;
}
