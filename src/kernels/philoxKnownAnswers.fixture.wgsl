// Random123's known answers through the GPU's Philox: one block per counter and key.
//#include lib/philox.wgsl
@group(0) @binding(0) var<storage, read> inputs: array<array<u32, 6>>;
@group(0) @binding(1) var<storage, read_write> blocks: array<vec4u>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let i = inputs[id.x];
  blocks[id.x] = philox(vec4u(i[0], i[1], i[2], i[3]), vec2u(i[4], i[5]));
}
