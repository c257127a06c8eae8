// The per-token policy gradient: a row of logits becomes, in place, its gradient, from two scalars per row.
//   d loss / d z_v = [ c (pi_v - 1[v = y]) + e pi_v (log pi_v + H) ] / temperature
// c is the coefficient on -log pi(y): advantage * rho where the clipped surrogate is live (advantage alone for the
// likelihood), plus the KL term; e weights the entropy bonus. One kernel serves SFT, REINFORCE, NSR, GRPO, PPO and KL. Also
// out: log-probability, entropy, the weighted surrogate and the KL estimate, and sum(dz . z) for the RMSNorm backward.
// GRADIENT = 0 only scores. Vocabularies of one window; larger ones go through loss_window, loss_terms and loss_window_grad.
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
  //#include lib/token_terms.wgsl
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
