// State of one sequence that is being sampled; it lives on the GPU for the whole rollout.
struct Sequence {
  prefixStart: u32, // slot of its prompt's first token in the KV cache
  prefixLength: u32, // prompt tokens that are in the prefix (all but the last)
  length: u32, // tokens sampled so far
  done: u32,
  nextToken: u32,
  sampleIndex: u32, // global index of the sample: the counter of its random numbers
  pagesAt: u32, // its first entry in the table of pages, see lib/kv_pages.wgsl
  unused: u32,
}

// Activations are dense over the rows that are still going; row r holds sequence going[r].
struct Sampling {
  rows: u32,
  keyLow: u32,
  keyHigh: u32,
  maxNewTokens: u32,
  inverseTemperature: f32,
  topP: f32, // 1 = off
  topK: u32, // 0 = off
  greedy: u32,
  eos: vec4u, // up to four ids that end a sequence; unused ones repeat the first
}
