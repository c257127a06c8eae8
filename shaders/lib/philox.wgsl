// Philox4x32-10 (Salmon et al. 2011): counter-based random numbers; same constants and known answers as src/lib/rng.ts.

// High and low word of a * b.
fn multiplyWide(a: u32, b: u32) -> vec2u {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let low = aLow * bLow;
  let middle = aHigh * bLow + (low >> 16u);
  let cross = aLow * bHigh + (middle & 0xffffu);
  return vec2u(aHigh * bHigh + (middle >> 16u) + (cross >> 16u), a * b);
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    let p0 = multiplyWide(0xD2511F53u, c.x);
    let p1 = multiplyWide(0xCD9E8D57u, c.z);
    c = vec4u(p1.x ^ c.y ^ k.x, p1.y, p0.x ^ c.w ^ k.y, p0.y);
    k += vec2u(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}

// Uniform in (0, 1), never 0 or 1 in float32: 23 random bits and a half.
fn openUnit(bits: u32) -> f32 {
  return (f32(bits >> 9u) + 0.5) * 1.1920928955078125e-7;
}
