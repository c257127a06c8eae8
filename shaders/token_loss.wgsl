// The per-token policy gradient: a row of logits becomes, in place, its gradient, from two scalars per row.
//   d loss / d z_v = [ c (pi_v - 1[v = y]) + e pi_v (log pi_v + H) ] / temperature
// c is the coefficient on -log pi(y): advantage * rho where the clipped surrogate is live (advantage alone for the
// likelihood), plus the KL term; e weights the entropy bonus. One kernel serves SFT, REINFORCE, NSR, GRPO, PPO and KL. Also
// out: log-probability, entropy, the weighted surrogate and the KL estimate, and sum(dz . z) for the RMSNorm backward.
// GRADIENT = 0 only scores.
// Grid: one thread (WG = 1) or one work group per head row.
//#include lib/batch.wgsl
//#include lib/row_reduce.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> headRows: array<HeadRow>;
//#if GRADIENT
@group(0) @binding(2) var<storage, read_write> logits: array<f32>; // [headRows, STRIDE]
@group(0) @binding(4) var<storage, read_write> rowDot: array<f32>; // [headRows]
//#else
@group(0) @binding(2) var<storage, read> logits: array<f32>;
//#end
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>; // [headRows]: logp, entropy, weighted surrogate, kl

//#include lib/row_entry.wgsl
  if (row >= batch.headRows) { return; }
  let base = row * ${STRIDE}u;
  let head = headRows[row];
  let labelLogit = logits[base + head.label]; // before any lane overwrites the row
  let inverseTemperature = batch.inverseTemperature;
  //#include lib/row_softmax.wgsl
  let logp = labelLogit * inverseTemperature - most - logTotal;

  // clipped surrogate, minimised: max(-A rho, -A clip(rho)), for A < 0 capped at -A dualClip
  let drift = logp - head.oldLogp;
  let rho = exp(clamp(drift, -20.0, 20.0));
  let advantage = head.advantage;
  let clipped = clamp(rho, 1.0 - batch.clipLow, 1.0 + batch.clipHigh);
  var surrogate = max(-advantage * rho, -advantage * clipped);
  var live = abs(drift) < 20.0;
  if (advantage >= 0.0) {
    live = live && rho < 1.0 + batch.clipHigh;
  } else {
    live = live && rho > 1.0 - batch.clipLow;
    if (batch.dualClipOn == 1u && surrogate > -advantage * batch.dualClip) {
      surrogate = -advantage * batch.dualClip;
      live = false;
    }
  }
  var coefficient = select(0.0, head.policyWeight * advantage * rho, live);
  if (batch.likelihood == 1u) {
    surrogate = -advantage * logp;
    coefficient = head.policyWeight * advantage;
  }

  // KL to the reference: k1 = logp - ref, k3 = e^d - d - 1 with d = ref - logp
  let d = clamp(head.refLogp - logp, -20.0, 20.0);
  let k3 = exp(d) - d - 1.0;
  var kl = clamp(k3, -10.0, 10.0);
  if (batch.klEstimator == 1u) { kl = logp - head.refLogp; }
  if (head.klWeight != 0.0) {
    if (batch.klEstimator == 1u) {
      coefficient -= head.klWeight;
    } else if (abs(head.refLogp - logp) < 20.0 && k3 < 10.0) {
      coefficient += head.klWeight * (exp(d) - 1.0);
    }
  }
  if (lane == 0u) { result[row] = vec4f(logp, entropy, head.policyWeight * surrogate, kl); }
  //#if GRADIENT
  var dots = 0.0;
  for (var v = lane; v < ${STRIDE}u; v += ${WG}u) {
    var slope = 0.0;
    if (v < ${VOCABULARY}u) {
      let z = logits[base + v];
      let logPi = z * batch.inverseTemperature - most - logTotal;
      let pi = exp(logPi);
      slope = coefficient * (pi - select(0.0, 1.0, v == head.label)) + head.entropyWeight * pi * (logPi + entropy);
      slope *= batch.inverseTemperature;
      dots += slope * z;
    }
    logits[base + v] = slope;
  }
  dots = rowSum(dots, lane);
  if (lane == 0u) { rowDot[row] = dots; }
  //#end
}
