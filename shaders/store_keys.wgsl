// Keys and values of packed prompt rows into the KV cache: row r goes to slot slots[r].
// Grid: one thread per (row, vec4 of k | v, or float where heads are no vectors).
//#include lib/batch.wgsl
//#include lib/vector.wgsl
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> slots: array<u32>; // [rows]
@group(0) @binding(2) var<storage, read> qkv: array<Lane>; // [rows, STRIDE], rotated
@group(0) @binding(3) var<storage, read_write> cache: array<Lane>; // [slots, k | v of KV_HEADS heads]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${2 * KV_HEADS * DV}u;
  if (row >= batch.rows) { return; }
  let lane = index % ${2 * KV_HEADS * DV}u;
  cache[slots[row] * ${2 * KV_HEADS * DV}u + lane] = qkv[row * ${STRIDE}u + ${K_START}u + lane];
}
