// Bandwidth roofline: out = in, one vec4 a thread, neighbours side by side.
// Grid: one thread per vec4, folded over x and y.
@group(0) @binding(0) var<storage, read> input: array<vec4f>; // [count]
@group(0) @binding(1) var<storage, read_write> output: array<vec4f>; // [count]

@compute @workgroup_size(${WG})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * ${WG}u + id.x;
  if (index < arrayLength(&input)) { output[index] = input[index]; }
}
