  // Of row `base` of the logits at temperature 1 / inverseTemperature: the largest, the log of the sum of exp(z), where z is
  // the logit less the largest, and the entropy.
  var most = -1e30;
  for (var v = lane; v < ${VOCABULARY}u; v += ${WG}u) { most = max(most, logits[base + v]); }
  most = rowMax(most, lane) * inverseTemperature;
  var total = 0.0;
  var weighted = 0.0;
  for (var v = lane; v < ${VOCABULARY}u; v += ${WG}u) {
    let z = logits[base + v] * inverseTemperature - most;
    let p = exp(z);
    total += p;
    weighted += p * z;
  }
  total = rowSum(total, lane);
  weighted = rowSum(weighted, lane);
  let logTotal = log(total);
  let entropy = logTotal - weighted / total;
