// The terms of every head row's loss from what loss_window.wgsl left, in the place of which the second sweep
// (loss_window_grad.wgsl) finds what it needs. Formulas: token_loss.wgsl.
// Grid: one thread per head row.
//#include lib/batch.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> headRows: array<HeadRow>;
@group(0) @binding(2) var<storage, read_write> state: array<vec4f>; // [headRows], becomes m, log of the sum, coefficient, entropy
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>; // [headRows]: logp, entropy, weighted surrogate, kl

//#include lib/row_entry.wgsl
  if (row >= batch.headRows) { return; }
  let head = headRows[row];
  let most = state[row].x;
  let logTotal = log(state[row].y);
  let entropy = logTotal - state[row].z / state[row].y;
  let logp = state[row].w * batch.inverseTemperature - most - logTotal;
  //#include lib/token_terms.wgsl
  state[row] = vec4f(most, logTotal, coefficient, entropy);
}
