// First sweep of the loss over a large vocabulary, one window a dispatch: each head row's softmax statistics and the logit of
// its label. loss_terms.wgsl reads them behind the last window.
// Grid: one thread (WG = 1) or one work group per head row.
//#include lib/batch.wgsl
//#include lib/row_reduce.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> headRows: array<HeadRow>;
@group(0) @binding(2) var<storage, read> logits: array<vec4f>; // [headRows, QUADS]
@group(0) @binding(3) var<storage, read_write> state: array<vec4f>; // [headRows]: m, two sums (lib/window_softmax.wgsl), label's logit
//#include lib/window.wgsl
@group(0) @binding(4) var<uniform> window: Window;

//#include lib/row_entry.wgsl
  if (row >= batch.headRows) { return; }
  let base = row * ${QUADS}u;
  let inverseTemperature = batch.inverseTemperature;
  var soft = vec3f(-1e30, 0.0, 0.0);
  var labelLogit = 0.0;
  if (window.first > 0u) {
    soft = state[row].xyz;
    labelLogit = state[row].w;
  }
  //#include lib/window_softmax.wgsl
  let label = headRows[row].label - window.first; // wraps for labels of earlier windows
  if (label < ${COUNT}u) { labelLogit = logits[base + label / 4u][label % 4u]; }
  if (lane == 0u) { state[row] = vec4f(soft, labelLogit); }
}
