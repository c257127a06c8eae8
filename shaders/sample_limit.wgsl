// Finds the least logit of a large vocabulary that top-k (MASS = 0) or top-p (MASS = 1) lets through: the largest threshold
// that still keeps k logits, or the share p of the mass that is let through so far. Thresholds are bits of ordered logits, found
// four at a time from the highest: a sweep over the windows, one a dispatch, sums what each of the 16 continuations of the
// prefix would keep, and the last window decides. Eight sweeps find all 32 bits.
// Grid: one thread (WG = 1) or one work group per row.
//#include lib/decode.wgsl
//#include lib/row_reduce.wgsl
//#include lib/sample_row.wgsl
@group(0) @binding(0) var<uniform> sampling: Sampling;
@group(0) @binding(1) var<storage, read> sequences: array<Sequence>;
@group(0) @binding(2) var<storage, read> logits: array<vec4f>; // [rows, QUADS]
@group(0) @binding(3) var<storage, read> going: array<u32>; // [rows]
//#include lib/window.wgsl
@group(0) @binding(4) var<uniform> window: Window;
@group(0) @binding(5) var<storage, read_write> state: array<SampleRow>; // [rows]
//#include lib/draw.wgsl

//#include lib/row_entry.wgsl
  //#include lib/going_row.wgsl
  let base = row * ${QUADS}u;
  let shift = state[row].shift;
  let prefix = state[row].prefix;
  let floor = vec4u(state[row].floor);
  let most = state[row].soft.x;
  //#for j in 0..4
  let threshold${j} = max(floor, vec4u(prefix) | (vec4u(${4 * j}u, ${4 * j + 1}u, ${4 * j + 2}u, ${4 * j + 3}u) << vec4u(shift)));
  var sum${j} = vec4f();
  //#end
  for (var q = lane; q < ${QUADS}u && window.first + 4u * q < ${SAMPLED}u; q += ${WG}u) {
    let quad = logits4(base, q);
    for (var i = 0u; i < 4u && window.first + 4u * q + i < ${SAMPLED}u; i++) {
      let bits = vec4u(orderedBits(quad[i]));
      //#if MASS
      let share = vec4f(exp(quad[i] * sampling.inverseTemperature - most));
      //#else
      let share = vec4f(1.0);
      //#end
      //#for j in 0..4
      sum${j} += select(vec4f(), share, bits >= threshold${j});
      //#end
    }
  }
  //#for j in 0..4
  //#for i in 0..4
  sum${j}[${i}] = rowSum(sum${j}[${i}], lane);
  //#end
  //#end
  if (lane == 0u) {
    //#for j in 0..4
    sum${j} += state[row].sums[${j}];
    //#end
    if (window.last == 1u) {
      //#if MASS
      if (shift == firstShift) { state[row].wanted = sampling.topP * sum0.x; }
      let wanted = state[row].wanted;
      //#else
      let wanted = f32(sampling.topK);
      //#end
      // the sums fall with the threshold: as many as reach what is wanted, less one, is the digit
      var digit = 0u;
      //#for j in 0..4
      //#for i in 0..4
      if (sum${j}[${i}] >= wanted) { digit = ${4 * j + i}u; }
      //#end
      sum${j} = vec4f();
      //#end
      let found = prefix | (digit << shift);
      if (shift == 0u) {
        state[row].floor = max(floor.x, found);
        state[row].prefix = 0u;
        state[row].shift = firstShift;
      } else {
        state[row].prefix = found;
        state[row].shift = shift - digitBits;
      }
    }
    //#for j in 0..4
    state[row].sums[${j}] = sum${j};
    //#end
  }
}
