// The draw of the next token from a large vocabulary, one window a dispatch (see sample.wgsl for what is drawn). FIRST_SWEEP = 1
// gathers the softmax statistics and, where neither top-k nor top-p is on, draws: the best of a window competes with the best
// of those before. Where one is on, sample_limit.wgsl finds the floor and FIRST_SWEEP = 0 draws. The last window records.
// Grid: one thread (WG = 1) or one work group per row.
//#include lib/decode.wgsl
//#include lib/philox.wgsl
//#include lib/row_reduce.wgsl
//#include lib/sample_row.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read_write> sequences: array<Sequence>;
@group(0) @binding(2) var<storage, read> logits: array<vec4f>; // [rows, QUADS]
@group(0) @binding(3) var<storage, read_write> tokens: array<vec4u>; // [sequences, CAPACITY]: id, bits of logp, bits of entropy, 0
//#if NOISE
@group(0) @binding(4) var<storage, read> noise: array<f32>; // [sequences, CAPACITY, VOCABULARY]
//#end
@group(0) @binding(5) var<storage, read> going: array<u32>; // [rows]
//#include lib/window.wgsl
@group(0) @binding(6) var<uniform> window: Window;
@group(0) @binding(7) var<storage, read_write> state: array<SampleRow>; // [rows]
//#include lib/draw.wgsl

//#include lib/row_entry.wgsl
  //#include lib/going_row.wgsl
  let base = row * ${QUADS}u;
  let inverseTemperature = sampling.inverseTemperature;
  let limited = sampling.topK > 0u || sampling.topP < 1.0;
  var soft = vec3f(-1e30, 0.0, 0.0);
  var bestBefore = -1e30;
  var tokenBefore = 0u;
  var logitBefore = 0.0;
  if (window.first > 0u) {
    soft = state[row].soft;
    bestBefore = state[row].best;
    tokenBefore = state[row].token;
    logitBefore = state[row].tokenLogit;
  }
  //#if FIRST_SWEEP
  let threshold = 0u;
  //#include lib/window_softmax.wgsl
  let draws = !limited;
  //#else
  soft = state[row].soft;
  let threshold = state[row].floor;
  let draws = true;
  //#end

  var best = -1e30;
  var token = window.first;
  if (draws) {
    for (var q = lane; q < ${QUADS}u && window.first + 4u * q < ${SAMPLED}u; q += ${WG}u) {
      let id = window.first + 4u * q;
      let quad = logits4(base, q);
      //#if NOISE == 0
      var bits = vec4u();
      if (sampling.greedy == 0u) {
        bits = philox(vec4u(own.sampleIndex, own.length, id / 4u, 0u), vec2u(sampling.keyLow, sampling.keyHigh));
      }
      //#end
      for (var i = 0u; i < 4u && id + i < ${SAMPLED}u; i++) {
        let z = quad[i];
        //#if NOISE
        let value = z + noise[(s * ${CAPACITY}u + own.length) * ${VOCABULARY}u + id + i];
        //#else
        var value = z * inverseTemperature;
        if (sampling.greedy == 0u) { value -= log(-log(openUnit(bits[i]))); }
        //#end
        if (orderedBits(z) >= threshold && value > best) {
          best = value;
          token = id + i;
        }
      }
    }
  }
  //#include lib/best_lane.wgsl
  if (lane == 0u) {
    let place = token - window.first;
    var tokenLogit = logits[base + place / 4u][place % 4u];
    if (bestBefore >= best) {
      best = bestBefore;
      token = tokenBefore;
      tokenLogit = logitBefore;
    }
    state[row].soft = soft;
    state[row].best = best;
    state[row].token = token;
    state[row].tokenLogit = tokenLogit;
    //#if FIRST_SWEEP
    if (window.first == 0u) {
      state[row].floor = 0u;
      state[row].shift = firstShift;
      state[row].prefix = 0u;
      for (var i = 0u; i < 4u; i++) { state[row].sums[i] = vec4f(); }
    }
    //#end
    if (window.last == 1u && draws) {
      let logTotal = log(soft.y);
      let entropy = logTotal - soft.z / soft.y;
      let logp = tokenLogit * inverseTemperature - soft.x - logTotal;
      //#include lib/record_token.wgsl
    }
  }
}
