// The critic's clipped value loss: a head row's value becomes, in place, its gradient (PPO2; verl's compute_value_loss).
//   loss = weight / 2 max((V - R)^2, (clip(V, Vold - c, Vold + c) - R)^2)
// Where the clip decides, the loss does not depend on V: no gradient. Also out: value and loss, and dV V for the RMSNorm
// backward. The value is column 0 of the head's padded row; the padding's gradient is 0. GRADIENT = 0 only reads the value.
// Grid: one thread per head row.
//#include lib/batch.wgsl
// A `HeadRow` as the critic fills it.
struct ValueRow {
  source: u32,
  label: u32,
  oldValue: f32,
  returned: f32, // R, what the value should have been
  weight: f32,
  unused0: f32,
  unused1: f32,
  unused2: f32,
}
@group(0) @binding(0) var<uniform> batch: Batch; // valueClip is c
@group(0) @binding(1) var<storage, read> headRows: array<ValueRow>;
//#if GRADIENT
@group(0) @binding(2) var<storage, read_write> values: array<vec4f>; // [headRows]: value, 0, 0, 0
@group(0) @binding(4) var<storage, read_write> rowDot: array<f32>; // [headRows]
//#else
@group(0) @binding(2) var<storage, read> values: array<vec4f>;
//#end
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>; // [headRows]: value, weighted loss, 0, 0

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.y * groups.x * 64u + id.x;
  if (row >= batch.headRows) { return; }
  let value = values[row].x;
  let head = headRows[row];
  let error = value - head.returned;
  let clippedError = clamp(value, head.oldValue - batch.valueClip, head.oldValue + batch.valueClip) - head.returned;
  let plain = error * error;
  let bounded = clippedError * clippedError;
  result[row] = vec4f(value, 0.5 * head.weight * max(plain, bounded), 0.0, 0.0);
  //#if GRADIENT
  let slope = select(head.weight * error, 0.0, bounded > plain);
  values[row] = vec4f(slope, 0.0, 0.0, 0.0);
  rowDot[row] = slope * value;
  //#end
}
