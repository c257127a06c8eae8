// Bits of the floor that a search over the windows finds at a time, of 32.
const digitBits = 4u;
const firstShift = 28u;

// What the draw from a large vocabulary keeps of a row from window to window.
struct SampleRow {
  soft: vec3f, // see lib/window_softmax.wgsl
  floor: u32, // ordered bits of the least logit that may be drawn, as far as it is known
  best: f32,
  token: u32,
  tokenLogit: f32,
  // the search for the floor, see sample_limit.wgsl
  shift: u32,
  prefix: u32,
  wanted: f32,
  unused0: u32,
  unused1: u32,
  sums: array<vec4f, 4>,
}
