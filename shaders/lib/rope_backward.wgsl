// Turns d rotated of one head, where it lies in dqkv, into d raw: through the rotation and, with QK_NORM, the norm.
// Returns the head's share of the dot product that the RMSNorm backward needs: with QK_NORM sum(d raw . (raw - bias)), else
// -sum(d raw . bias), to which the caller adds sum(d rotated . rotated) = sum(d raw . raw): a rotation keeps dot products.
fn turnHeadBack(row: u32, head: u32, gainAt: u32) -> f32 {
  let base = row * ${STRIDE1}u + head * ${DH}u;
  let at = rows[row].position * ${DH / 2}u;
  var dots = 0.0;
  //#if QK_NORM
  var squares = 0.0;
  for (var i = 0u; i < ${DH}u; i++) { squares = fma(raw[base + i], raw[base + i], squares); }
  let scale = 1.0 / sqrt(squares / ${DH}.0 + ${EPS});
  var pull = 0.0;
  //#end
  let pairs = headLanes(batch.rows) * ${VW}u / 2u;
  for (var i = 0u; i < pairs; i++) {
    let turn = table[at + i];
    let dLow = dqkv[base + i];
    let dHigh = dqkv[base + i + ${DH / 2}u];
    var low = dLow * turn.x + dHigh * turn.y;
    var high = dHigh * turn.x - dLow * turn.y;
    //#if QK_NORM
    normGrad[base + i] = low * raw[base + i] * scale;
    normGrad[base + i + ${DH / 2}u] = high * raw[base + i + ${DH / 2}u] * scale;
    low *= vectors[gainAt + i];
    high *= vectors[gainAt + i + ${DH / 2}u];
    pull += low * raw[base + i] + high * raw[base + i + ${DH / 2}u];
    //#else
    //#if BIAS
    dots -= low * vectors[${BIAS_AT}u + head * ${DH}u + i] + high * vectors[${BIAS_AT}u + head * ${DH}u + i + ${DH / 2}u];
    //#end
    //#end
    dqkv[base + i] = low;
    dqkv[base + i + ${DH / 2}u] = high;
  }
  //#if QK_NORM
  pull *= scale * scale / ${DH}.0;
  for (var i = 0u; i < 2u * pairs; i++) {
    let value = scale * (dqkv[base + i] - raw[base + i] * pull);
    dqkv[base + i] = value;
    //#if BIAS
    dots += value * (raw[base + i] - vectors[${BIAS_AT}u + head * ${DH}u + i]);
    //#else
    dots += value * raw[base + i];
    //#end
  }
  //#end
  return dots;
}
