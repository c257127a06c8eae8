// A weight [rows, STORED_COLUMNS] as it is stored, decoded to float32. STORED_TYPE: 0 float32, 1 float16, 2 bfloat16, 3 and 4
// whole numbers of 8 and 4 bits (two's complement) times a scale in float16 for each 32 of a row, which stands behind the row's
// values; a number times its scale is exact in float32, so every way of reading gives the same bits.
//
// stored4: four neighbours of a row. With STORED_RUNS a word of each of four rows: storedRun, whose STORED_RUN values runValue
// decodes one after the other; whole numbers are to be multiplied by storedScales.
//#if STORED_RUNS
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<u32>; // the first value of a word in its lowest bits
fn storedRun(row: u32, run: u32) -> vec4u {
  let at = row * ${STORED_STRIDE}u + run;
  return vec4u(stored[at], stored[at + ${STORED_STRIDE}u], stored[at + ${2 * STORED_STRIDE}u], stored[at + ${3 * STORED_STRIDE}u]);
}
//#if STORED_TYPE >= 3
fn storedScales(row: u32, group: u32) -> vec4f {
  let at = row * ${STORED_STRIDE}u + ${STORED_SCALES}u + group / 2u;
  let half = group % 2u * 16u;
  return vec4f(
    //#for j in 0..4
    unpack2x16float(stored[at + ${j * STORED_STRIDE}u] >> half).x,
    //#end
  );
}
//#end
fn runValue(words: vec4u, j: u32) -> vec4f {
  //#if STORED_TYPE == 0
  return bitcast<vec4f>(words);
  //#end
  //#if STORED_TYPE == 1
  let halves = words >> vec4u(j * 16u);
  return vec4f(unpack2x16float(halves.x).x, unpack2x16float(halves.y).x, unpack2x16float(halves.z).x, unpack2x16float(halves.w).x);
  //#end
  //#if STORED_TYPE == 2
  return bitcast<vec4f>((words >> vec4u(j * 16u)) << vec4u(16u));
  //#end
  //#if STORED_TYPE >= 3
  let bits = ${32 / STORED_RUN}u;
  return vec4f(bitcast<vec4i>(words << vec4u(32u - bits - j * bits)) >> vec4u(32u - bits));
  //#end
}
//#else
//#if STORED_TYPE == 0
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<vec4f>;
fn stored4(row: u32, quad: u32) -> vec4f { return stored[row * ${STORED_COLUMNS / 4}u + quad]; }
//#end
//#if STORED_TYPE == 1 || STORED_TYPE == 2
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<vec2u>; // two values to a word, the first in its low half
fn stored4(row: u32, quad: u32) -> vec4f {
  let words = stored[row * ${STORED_COLUMNS / 4}u + quad];
  //#if STORED_TYPE == 1
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
  //#else
  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
  //#end
}
//#end
//#if STORED_TYPE >= 3
@group(0) @binding(${STORED_AT}) var<storage, read> stored: array<u32>;
fn stored4(row: u32, quad: u32) -> vec4f {
  let at = row * ${STORED_STRIDE}u;
  let group = quad / 8u;
  let scale = unpack2x16float(stored[at + ${STORED_SCALES}u + group / 2u] >> (group % 2u * 16u)).x;
  //#if STORED_TYPE == 3
  let values = bitcast<vec4i>(vec4u(stored[at + quad]) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u);
  //#else
  let word = stored[at + quad / 2u] >> (quad % 2u * 16u);
  let values = bitcast<vec4i>(vec4u(word) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u);
  //#end
  return vec4f(values) * scale;
}
//#end
//#end
