// A weight as it is stored (STORED_TYPE: 0 float32, 1 float16, 2 bfloat16): four neighbouring values, decoded to float32.
//#if STORED_TYPE == 0
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<vec4f>;
fn stored4(at: u32) -> vec4f { return stored[at]; }
//#else
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<vec2u>; // two values to a word, the first in its low half
//#if STORED_TYPE == 1
fn stored4(at: u32) -> vec4f {
  let words = stored[at];
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}
//#else
fn stored4(at: u32) -> vec4f {
  let words = stored[at];
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
//#end
//#end
