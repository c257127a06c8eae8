// Samples the next token of every sequence by Gumbel-max and records it with its log-probability and the entropy, both of
// the full softmax at the sampling temperature (top-k and top-p only limit what may be drawn; ties at the limit stay in).
// Random numbers: Philox, key = (seed, stream), counter = (sample, position in the completion, vocabulary / 4, 0). NOISE = 1
// adds given noise to the raw logits instead (for comparison with other engines).
// Only ids below SAMPLED are drawn. Vocabularies of one window; larger ones go through sample_window and sample_limit.
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
//#include lib/draw.wgsl

//#include lib/row_entry.wgsl
  //#include lib/going_row.wgsl
  let base = row * ${STRIDE}u;
  let inverseTemperature = sampling.inverseTemperature;
  //#include lib/row_softmax.wgsl

  // The least value that may be drawn, found bit by bit: the largest threshold that still keeps k values, or the mass p.
  var threshold = 0u;
  if (sampling.topK > 0u && sampling.topK < ${SAMPLED}u) {
    for (var bit = 0u; bit < 32u; bit++) {
      let candidate = threshold | (0x80000000u >> bit);
      var kept = 0.0;
      for (var v = lane; v < ${SAMPLED}u; v += ${WG}u) {
        kept += select(0.0, 1.0, orderedBits(logits[base + v]) >= candidate);
      }
      if (rowSum(kept, lane) >= f32(sampling.topK)) { threshold = candidate; }
    }
  }
  if (sampling.topP < 1.0) {
    let kThreshold = threshold;
    var allowed = 0.0;
    for (var v = lane; v < ${SAMPLED}u; v += ${WG}u) {
      let z = logits[base + v];
      allowed += select(0.0, exp(z * sampling.inverseTemperature - most), orderedBits(z) >= kThreshold);
    }
    let wanted = sampling.topP * rowSum(allowed, lane);
    threshold = 0u;
    for (var bit = 0u; bit < 32u; bit++) {
      let candidate = threshold | (0x80000000u >> bit);
      var mass = 0.0;
      for (var v = lane; v < ${SAMPLED}u; v += ${WG}u) {
        let z = logits[base + v];
        mass += select(0.0, exp(z * sampling.inverseTemperature - most), orderedBits(z) >= max(candidate, kThreshold));
      }
      if (rowSum(mass, lane) >= wanted) { threshold = candidate; }
    }
    threshold = max(threshold, kThreshold);
  }

  var best = -1e30;
  var token = 0u;
  for (var tile = lane; tile * 4u < ${SAMPLED}u; tile += ${WG}u) {
    //#if NOISE == 0
    var bits = vec4u();
    if (sampling.greedy == 0u) {
      bits = philox(vec4u(own.sampleIndex, own.length, tile, 0u), vec2u(sampling.keyLow, sampling.keyHigh));
    }
    //#end
    for (var i = 0u; i < 4u && tile * 4u + i < ${SAMPLED}u; i++) {
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
  //#include lib/best_lane.wgsl
  if (lane == 0u) {
    let logp = logits[base + token] * sampling.inverseTemperature - most - logTotal;
    //#include lib/record_token.wgsl
  }
}
