// One row per thread (WG = 1: CPU adapters, where a barrier costs more than the work) or per work group (WG threads).
//#if WG > 1
var<workgroup> scratch: array<f32, ${WG}>;
fn rowSum(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  scratch[lane] = value;
  for (var half = ${WG / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { scratch[lane] += scratch[lane + half]; }
  }
  workgroupBarrier();
  return scratch[0];
}
fn rowMax(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  scratch[lane] = value;
  for (var half = ${WG / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { scratch[lane] = max(scratch[lane], scratch[lane + half]); }
  }
  workgroupBarrier();
  return scratch[0];
}
//#else
fn rowSum(value: f32, lane: u32) -> f32 { return value; }
fn rowMax(value: f32, lane: u32) -> f32 { return value; }
//#end
