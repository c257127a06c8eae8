// Second sweep of the loss over a large vocabulary, one window a dispatch: the window's logits become, in place, their
// gradient (formula: token_loss.wgsl), and sum(dz . z) goes on.
// Grid: one thread (WG = 1) or one work group per head row.
//#include lib/batch.wgsl
//#include lib/row_reduce.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> headRows: array<HeadRow>;
@group(0) @binding(2) var<storage, read_write> logits: array<vec4f>; // [headRows, QUADS]
@group(0) @binding(3) var<storage, read> state: array<vec4f>; // [headRows], of loss_terms.wgsl
@group(0) @binding(4) var<storage, read_write> rowDot: array<f32>; // [headRows]
//#include lib/window.wgsl
@group(0) @binding(5) var<uniform> window: Window;

//#include lib/row_entry.wgsl
  if (row >= batch.headRows) { return; }
  let base = row * ${QUADS}u;
  let head = headRows[row];
  let label = head.label - window.first; // wraps for labels of earlier windows
  let most = state[row].x;
  let logTotal = state[row].y;
  let coefficient = state[row].z;
  let entropy = state[row].w;
  var before = 0.0;
  if (window.first > 0u) { before = rowDot[row]; }
  var dots = vec4f();
  for (var q = lane; q < ${QUADS}u; q += ${WG}u) {
    let place = vec4u(4u * q, 4u * q + 1u, 4u * q + 2u, 4u * q + 3u);
    let z = logits4(base, q);
    let logPi = z * batch.inverseTemperature - most - logTotal;
    let pi = exp(logPi);
    let taken = select(vec4f(), vec4f(1.0), place == vec4u(label));
    var slope = coefficient * (pi - taken) + head.entropyWeight * pi * (logPi + entropy);
    slope *= batch.inverseTemperature;
    dots += slope * z;
    logits[base + q] = slope;
  }
  let windowDots = rowSum(sum4(dots), lane);
  if (lane == 0u) { rowDot[row] = before + windowDots; }
}
