// Folded transposes for the forward products: to[k,n] = gain_k W[n,k], so that products read contiguous columns and an
// RMSNorm's gain costs nothing. Runs once after every change of the weights.
// Grid: x over 4 x 4 blocks, y over matrices.
struct Matrix {
  source: u32, // first vec4 in weights, [n, k4]
  to: u32, // first vec4 in folded, [k, n4]
  n4: u32,
  k4: u32,
  gainAt: u32,
  hasGain: u32,
  unused0: u32,
  unused1: u32,
}
@group(0) @binding(0) var<storage, read> matrices: array<Matrix>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> gains: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> folded: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let m = matrices[id.y];
  for (var block = id.x; block < m.n4 * m.k4; block += groups.x * 64u) {
    let n = block / m.k4;
    let k = block % m.k4;
    var gain = vec4f(1.0);
    if (m.hasGain == 1u) { gain = gains[m.gainAt + k]; }
    let at = m.source + n * 4u * m.k4 + k;
    let rows = transpose(mat4x4f(
      weights[at] * gain,
      weights[at + m.k4] * gain,
      weights[at + 2u * m.k4] * gain,
      weights[at + 3u * m.k4] * gain,
    ));
    let out = m.to + k * 4u * m.n4 + n;
    //#for i in 0..4
    folded[out + ${i}u * m.n4] = rows[${i}];
    //#end
  }
}
