  // A token's terms of the loss from its log-probability and entropy: `coefficient` on -log pi(y), and lane 0 writes the result.
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
