  // The product of low rank: the sums over k go on over its inner dimension.
  {
    //#if NATURAL
    // y += u F^T: F [rows of a part, LOW_K] lies part after part; columns outside the parts get nothing
    var lowAt0 = 0u;
    var lowAt1 = 0u;
    var rowAt0 = 0u;
    var rowAt1 = 0u;
    var on0 = false;
    var on1 = false;
    //#for p in 0..LOW_PARTS
    if (col0 >= ${LOW_FIRST4[p]}u && col0 < ${LOW_END4[p]}u) {
      on0 = true;
      lowAt0 = ${LOW_AT4[p]}u;
      rowAt0 = ${LOW_FACTOR4[p]}u + (col0 - ${LOW_FIRST4[p]}u) * ${4 * LOW_K4}u;
    }
    if (safe1 >= ${LOW_FIRST4[p]}u && safe1 < ${LOW_END4[p]}u) {
      on1 = true;
      lowAt1 = ${LOW_AT4[p]}u;
      rowAt1 = ${LOW_FACTOR4[p]}u + (safe1 - ${LOW_FIRST4[p]}u) * ${4 * LOW_K4}u;
    }
    //#end
    for (var k = 0u; k < ${LOW_K4}u; k++) {
      //#for j in 0..4
      let w0_${j} = select(vec4f(), lowFactor[rowAt0 + k + ${j * LOW_K4}u], on0);
      let w1_${j} = select(vec4f(), lowFactor[rowAt1 + k + ${j * LOW_K4}u], on1);
      //#end
      //#for m in 0..TM
      {
        let low0 = low[(row + ${m}u) * ${LOW_LD4}u + lowAt0 + k];
        let low1 = low[(row + ${m}u) * ${LOW_LD4}u + lowAt1 + k];
        //#for i in 0..4
        acc${m}_0 = fma(vec4f(low0[${i}]), vec4f(w0_0[${i}], w0_1[${i}], w0_2[${i}], w0_3[${i}]), acc${m}_0);
        acc${m}_1 = fma(vec4f(low1[${i}]), vec4f(w1_0[${i}], w1_1[${i}], w1_2[${i}], w1_3[${i}]), acc${m}_1);
        //#end
      }
      //#end
    }
    //#else
    // dx += du F: F [LOW_K, N]
    for (var k = 0u; k < ${LOW_K4}u; k++) {
      //#for i in 0..4
      let f0_${i} = lowFactor[(4u * k + ${i}u) * ${N4}u + col0];
      let f1_${i} = lowFactor[(4u * k + ${i}u) * ${N4}u + safe1];
      //#end
      //#for m in 0..TM
      {
        let values = low[(row + ${m}u) * ${LOW_LD4}u + k];
        //#for i in 0..4
        acc${m}_0 = fma(vec4f(values[${i}]), f0_${i}, acc${m}_0);
        acc${m}_1 = fma(vec4f(values[${i}]), f1_${i}, acc${m}_1);
        //#end
      }
      //#end
    }
    //#end
  }
