// Writes d raw of one head from d rotated (in the private array `d`), through the rotation and, with QK_NORM, the norm.
// Returns sum(d raw . (raw - bias)), the head's share of the row's dot product that the RMSNorm backward needs.
// A rotation keeps dot products, so without QK_NORM the rotated q or k itself serves: d raw . raw = d rotated . rotated.
fn writeHeadGradient(row: u32, head: u32, gainAt: u32) -> f32 {
  let base = row * ${STRIDE1}u + head * ${DH}u;
  let at = rows[row].position * ${DH / 2}u;
  var dots = 0.0;
  //#if QK_NORM
  var squares = 0.0;
  for (var i = 0u; i < ${DH}u; i++) { squares = fma(raw[base + i], raw[base + i], squares); }
  let scale = 1.0 / sqrt(squares / ${DH}.0 + ${EPS});
  var pull = 0.0;
  //#end
  for (var i = 0u; i < ${DH / 2}u; i++) {
    let turn = table[at + i];
    let low = d[i] * turn.x + d[i + ${DH / 2}u] * turn.y;
    let high = d[i + ${DH / 2}u] * turn.x - d[i] * turn.y;
    //#if QK_NORM
    d[i] = low;
    d[i + ${DH / 2}u] = high;
    normGrad[base + i] = low * raw[base + i] * scale;
    normGrad[base + i + ${DH / 2}u] = high * raw[base + i + ${DH / 2}u] * scale;
    d[i] *= vectors[gainAt + i];
    d[i + ${DH / 2}u] *= vectors[gainAt + i + ${DH / 2}u];
    pull += d[i] * raw[base + i] + d[i + ${DH / 2}u] * raw[base + i + ${DH / 2}u];
    //#else
    //#if BIAS
    dots -= low * vectors[${BIAS_AT}u + head * ${DH}u + i] + high * vectors[${BIAS_AT}u + head * ${DH}u + i + ${DH / 2}u];
    //#end
    dqkv[base + i] = low;
    dqkv[base + i + ${DH / 2}u] = high;
    //#end
  }
  //#if QK_NORM
  pull *= scale * scale / ${DH}.0;
  for (var i = 0u; i < ${DH}u; i++) {
    let value = scale * (d[i] - raw[base + i] * pull);
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
