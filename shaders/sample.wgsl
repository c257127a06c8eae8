// Samples the next token of every sequence by Gumbel-max and records it with its log-probability and the entropy, both of
// the full softmax at the sampling temperature (top-k and top-p only limit what may be drawn; ties at the limit stay in).
// Random numbers: Philox, key = (seed, stream), counter = (sample, position in the completion, vocabulary / 4, 0). NOISE = 1
// adds given noise to the raw logits instead (for comparison with other engines).
// Grid: one thread (WG = 1) or one work group per row.
//#include lib/decode.wgsl
//#include lib/philox.wgsl
//#include lib/row_reduce.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read_write> sequences: array<Sequence>;
@group(0) @binding(2) var<storage, read> logits: array<f32>; // [rows, STRIDE]
@group(0) @binding(3) var<storage, read_write> tokens: array<vec4u>; // [sequences, CAPACITY]: id, bits of logp, bits of entropy, 0
@group(0) @binding(5) var<storage, read> going: array<u32>; // [rows]
//#if NOISE
@group(0) @binding(4) var<storage, read> noise: array<f32>; // [sequences, CAPACITY, VOCABULARY]
//#end
//#if WG > 1
var<workgroup> bestValue: array<f32, ${WG}>;
var<workgroup> bestToken: array<u32, ${WG}>;
var<workgroup> ended: u32;
//#end

// Order-preserving bits of a float, for exact bisection over values.
fn orderedBits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

//#include lib/row_entry.wgsl
  if (row >= sampling.rows) { return; }
  let s = going[row];
  let own = sequences[s];
  //#if WG > 1
  // every lane must take the same way past the barriers: the flag is read once for the group
  if (lane == 0u) { ended = own.done; }
  if (workgroupUniformLoad(&ended) == 1u) { return; }
  //#else
  if (own.done == 1u) { return; }
  //#end
  let base = row * ${STRIDE}u;
  let inverseTemperature = sampling.inverseTemperature;
  //#include lib/row_softmax.wgsl

  // The least value that may be drawn, found bit by bit: the largest threshold that still keeps k values, or the mass p.
  var threshold = 0u;
  if (sampling.topK > 0u && sampling.topK < ${VOCABULARY}u) {
    for (var bit = 0u; bit < 32u; bit++) {
      let candidate = threshold | (0x80000000u >> bit);
      var kept = 0.0;
      for (var v = lane; v < ${VOCABULARY}u; v += ${WG}u) {
        kept += select(0.0, 1.0, orderedBits(logits[base + v]) >= candidate);
      }
      if (rowSum(kept, lane) >= f32(sampling.topK)) { threshold = candidate; }
    }
  }
  if (sampling.topP < 1.0) {
    let kThreshold = threshold;
    var allowed = 0.0;
    for (var v = lane; v < ${VOCABULARY}u; v += ${WG}u) {
      let z = logits[base + v];
      allowed += select(0.0, exp(z * sampling.inverseTemperature - most), orderedBits(z) >= kThreshold);
    }
    let wanted = sampling.topP * rowSum(allowed, lane);
    threshold = 0u;
    for (var bit = 0u; bit < 32u; bit++) {
      let candidate = threshold | (0x80000000u >> bit);
      var mass = 0.0;
      for (var v = lane; v < ${VOCABULARY}u; v += ${WG}u) {
        let z = logits[base + v];
        mass += select(0.0, exp(z * sampling.inverseTemperature - most), orderedBits(z) >= max(candidate, kThreshold));
      }
      if (rowSum(mass, lane) >= wanted) { threshold = candidate; }
    }
    threshold = max(threshold, kThreshold);
  }

  var best = -1e30;
  var token = 0u;
  for (var tile = lane; tile * 4u < ${VOCABULARY}u; tile += ${WG}u) {
    //#if NOISE == 0
    var bits = vec4u();
    if (sampling.greedy == 0u) {
      bits = philox(vec4u(own.sampleIndex, own.length, tile, 0u), vec2u(sampling.keyLow, sampling.keyHigh));
    }
    //#end
    for (var i = 0u; i < 4u && tile * 4u + i < ${VOCABULARY}u; i++) {
      let v = tile * 4u + i;
      let z = logits[base + v];
      //#if NOISE
      let value = z + noise[(s * ${CAPACITY}u + own.length) * ${VOCABULARY}u + v];
      //#else
      var value = z * sampling.inverseTemperature - most;
      if (sampling.greedy == 0u) { value -= log(-log(openUnit(bits[i]))); }
      //#end
      if (orderedBits(z) >= threshold && value > best) {
        best = value;
        token = v;
      }
    }
  }
  //#if WG > 1
  bestValue[lane] = best;
  bestToken[lane] = token;
  for (var half = ${WG / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      let other = bestValue[lane + half];
      let wins = other > bestValue[lane] || (other == bestValue[lane] && bestToken[lane + half] < bestToken[lane]);
      if (wins) {
        bestValue[lane] = other;
        bestToken[lane] = bestToken[lane + half];
      }
    }
  }
  workgroupBarrier();
  token = bestToken[0];
  //#end
  if (lane == 0u) {
    let logp = logits[base + token] * sampling.inverseTemperature - most - logTotal;
    tokens[s * ${CAPACITY}u + own.length] = vec4u(token, bitcast<u32>(logp), bitcast<u32>(entropy), 0u);
    sequences[s].nextToken = token;
    sequences[s].length = own.length + 1u;
    let isEnd = any(sampling.eos == vec4u(token));
    if (isEnd || own.length + 1u >= sampling.maxNewTokens) { sequences[s].done = 1u; }
  }
}
