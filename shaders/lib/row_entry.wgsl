// Entry of a kernel over rows: one row per thread (WG = 1) or per work group. Leaves `row` and `lane`; the body follows.
//#if WG > 1
@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * groups.x + group.x;
//#else
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.y * groups.x * 8u + id.x;
  let lane = 0u;
//#end
