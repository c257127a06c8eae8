// Arithmetic roofline: 8 independent chains of fused multiply-adds per thread, 64 floating-point operations a round
// (8 chains x 4 lanes x 2). The constants keep every chain finite and the compiler honest.
// Grid: one thread per output.
@group(0) @binding(0) var<storage, read> scale: array<vec4f>; // [1], read at run time so that nothing folds
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>; // [threads]

@compute @workgroup_size(${WG})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = scale[0];
  let shift = vec4f(f32(id.x % 16u) * 0.01);
  //#for c in 0..8
  var chain${c} = shift + vec4f(${c}.0);
  //#end
  for (var round = 0u; round < ${ROUNDS}u; round++) {
    //#for c in 0..8
    chain${c} = fma(chain${c}, factor, shift);
    //#end
  }
  var total = vec4f();
  //#for c in 0..8
  total += chain${c};
  //#end
  out[id.x] = total;
}
