// Gradients of the RMSNorm gains: the chunks' partial sums of finish_grads, added in order.
// Grid: x over vec4 columns, y over norms.
@group(0) @binding(0) var<storage, read> norms: array<vec4u>; // first chunk, chunks, gradient's first vec4, vec4 columns
@group(0) @binding(1) var<storage, read> partialSums: array<vec4f>; // [chunks, COLUMNS]
@group(0) @binding(2) var<storage, read_write> grads: array<vec4f>;

@compute @workgroup_size(${WX})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let norm = norms[id.y];
  if (id.x >= norm.w) { return; }
  var sum = vec4f();
  for (var chunk = norm.x; chunk < norm.x + norm.y; chunk++) { sum += partialSums[chunk * ${COLUMNS}u + id.x]; }
  grads[norm.z + id.x] += sum;
}
