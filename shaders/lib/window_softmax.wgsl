  // Takes a row's `soft` along over this window: with z the logits over the temperature, the largest z so far, m; the sum of
  // e^(z - m); and the sum of (z - m) e^(z - m).
  var largest = vec4f(-1e30);
  for (var q = lane; q < ${QUADS}u; q += ${WG}u) { largest = max(largest, logits4(base, q)); }
  let here = rowMax(max(max(largest.x, largest.y), max(largest.z, largest.w)), lane) * inverseTemperature;
  var totals = vec4f();
  var weighted = vec4f();
  for (var q = lane; q < ${QUADS}u; q += ${WG}u) {
    let z = logits4(base, q) * inverseTemperature - here;
    let p = exp(z);
    totals += p;
    weighted += p * z;
  }
  let windowTotal = rowSum(sum4(totals), lane);
  let windowWeighted = rowSum(sum4(weighted), lane);
  let most = max(soft.x, here);
  let before = exp(soft.x - most);
  let now = exp(here - most);
  soft = vec3f(
    most,
    soft.y * before + windowTotal * now,
    (soft.z + soft.y * (soft.x - most)) * before + (windowWeighted + windowTotal * (here - most)) * now,
  );
