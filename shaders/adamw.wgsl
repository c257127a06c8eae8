// AdamW over one shard of the parameters with the gradient first clipped to a global norm (PyTorch's arithmetic and order). Every thread
// adds the partial sums of squares itself, in order. A norm that is not finite changes nothing (tested by exponent bits:
// WGSL may fold x != x to false).
// Grid: one thread per 16 vec4.
struct Options {
  learningRate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  weightDecay: f32, // of matrices
  vectorDecay: f32, // of norm gains and biases, which lie from VECTORS4 on
  correction1: f32, // 1 - beta1^t
  rootCorrection2: f32, // sqrt(1 - beta2^t)
  maxNorm: f32,
  unused0: f32,
  unused1: f32,
  unused2: f32,
}
@group(0) @binding(0) var<uniform> options: Options;
@group(0) @binding(1) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> grads: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(5) var<storage, read> partialSums: array<f32>; // [PARTIALS]
@group(0) @binding(6) var<storage, read_write> report: array<f32>; // gradient norm, 1 if skipped

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let thread = id.y * groups.x * 64u + id.x;
  var squares = 0.0;
  for (var i = 0u; i < ${PARTIALS}u; i++) { squares += partialSums[i]; }
  let norm = sqrt(squares);
  let finite = (bitcast<u32>(norm) & 0x7f800000u) != 0x7f800000u;
  if (thread == 0u) {
    report[0] = norm;
    report[1] = select(1.0, 0.0, finite);
  }
  if (!finite) { return; }
  let clip = min(1.0, options.maxNorm / (norm + 1e-6));
  let threads = groups.x * groups.y * 64u;
  for (var i = thread; i < ${COUNT4}u; i += threads) {
    let gradient = grads[i] * clip;
    let m = options.beta1 * first[i] + (1.0 - options.beta1) * gradient;
    let v = options.beta2 * second[i] + (1.0 - options.beta2) * gradient * gradient;
    let decay = 1.0 - options.learningRate * select(options.weightDecay, options.vectorDecay, i >= ${VECTORS4}u);
    let step = options.learningRate / options.correction1;
    weights[i] = weights[i] * decay - step * m / (sqrt(v) / options.rootCorrection2 + options.epsilon);
    first[i] = m;
    second[i] = v;
  }
}
