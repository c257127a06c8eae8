// act = silu(gate) * up, the end of gemm.wgsl's SwiGLU as a dispatch of its own: for maps whose rows lie in several buffers.
// Grid: one thread per vec4 of act.
@group(0) @binding(0) var<storage, read> gateUp: array<vec4f>; // [rows, gate | up], A4 each
@group(0) @binding(1) var<storage, read_write> act: array<vec4f>; // [rows, A4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  if (index >= arrayLength(&act)) { return; }
  let at = index / ${A4}u * ${2 * A4}u + index % ${A4}u;
  let gate = gateUp[at];
  let up = gateUp[at + ${A4}u];
  act[index] = gate / (1.0 + exp(-gate)) * up;
}
