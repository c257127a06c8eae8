// What the kernels of the draw share.
//#if WG > 1
var<workgroup> bestValue: array<f32, ${WG}>;
var<workgroup> bestToken: array<u32, ${WG}>;
var<workgroup> ended: u32;
//#end

// Order-preserving bits of a float, for exact searches over values.
fn orderedBits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}
