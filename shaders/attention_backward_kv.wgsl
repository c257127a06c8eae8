// Attention backward, second half: dk and dv. One thread owns one (key row, kv head) and walks the queries that see it,
// which are one contiguous run of rows, and the q heads of its group: no atomics, fixed order.
// Grid: one thread per (row, kv head).
//#include lib/attention_backward.wgsl

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let row = index / ${KV_HEADS}u;
  if (row >= batch.rows) { return; }
  let kvHead = index % ${KV_HEADS}u;
  let kAt = row * ${STRIDE}u + ${K_START}u + kvHead * ${DV}u;
  let vAt = kAt + ${V_START - K_START}u;
  //#for i in 0..DV
  let k${i} = qkv[kAt + ${i}u];
  let v${i} = qkv[vAt + ${i}u];
  var dk${i} = Lane();
  var dv${i} = Lane();
  //#end
  let queryEnd = rows[row].queryEnd;
  for (var query = row; query < queryEnd; query++) {
    for (var h = 0u; h < ${GROUP}u; h++) {
      let head = kvHead * ${GROUP}u + h;
      let qAt = query * ${STRIDE}u + head * ${DV}u;
      let gAt = query * ${OUT_STRIDE}u + head * ${DV}u;
      var score = 0.0;
      var dWeight = 0.0;
      //#for i in 0..DV
      let q${i} = qkv[qAt + ${i}u];
      let g${i} = dMixed[gAt + ${i}u];
      score += inner(q${i}, k${i});
      dWeight += inner(g${i}, v${i});
      //#end
      let at = query * ${Q_HEADS}u + head;
      let weight = exp(score * ${SCALE} - stats[at]);
      let dScore = weight * (dWeight - stats[batch.capacity * ${Q_HEADS}u + at]) * ${SCALE};
      //#for i in 0..DV
      dk${i} += dScore * q${i};
      dv${i} += weight * g${i};
      //#end
    }
  }
  let dAt = row * ${STRIDE1}u + kvHead * ${DH}u;
  //#for i in 0..DV
  setGradientLane(dAt + ${(K_START + i) * VW}u, dk${i});
  setGradientLane(dAt + ${V_START1 + i * VW}u, dv${i});
  //#end
  finishKey(row, kvHead);
}
