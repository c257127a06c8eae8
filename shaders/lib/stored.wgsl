// A weight as it is stored (STORED_TYPE: 0 float32, 1 float16, 2 bfloat16), decoded to float32: four neighbouring values, or
// with STORED_SCALAR one at a time.
//#if STORED_SCALAR
//#if STORED_TYPE == 0
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<f32>;
fn stored1(at: u32) -> f32 { return stored[at]; }
//#else
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<u32>; // two values to a word, the first in its low half
fn stored1(at: u32) -> f32 {
  let half = stored[at >> 1u] >> ((at & 1u) << 4u);
  //#if STORED_TYPE == 1
  return unpack2x16float(half).x;
  //#else
  return bitcast<f32>(half << 16u);
  //#end
}
//#end
//#else
//#if STORED_TYPE == 0
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<vec4f>;
fn stored4(at: u32) -> vec4f { return stored[at]; }
//#else
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<vec2u>; // two values to a word, the first in its low half
fn stored4(at: u32) -> vec4f {
  let words = stored[at];
  //#if STORED_TYPE == 1
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
  //#else
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
  //#end
}
//#end
//#end
