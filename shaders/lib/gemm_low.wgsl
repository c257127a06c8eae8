  // The product of low rank: the sums over k go on over its inner dimension.
  {
    //#if NATURAL
    // y += u F^T: F [columns of a part, LOW_K] for each part; columns outside the parts get nothing
    var lowAt0 = 0u;
    var lowAt1 = 0u;
    var rowAt0 = 0u;
    var rowAt1 = 0u;
    var on0 = false;
    var on1 = false;
    //#for p in 0..LOW_PARTS
    if (col0 >= ${LOW_FIRST4[p]}u && col0 < ${LOW_END4[p]}u) {
      on0 = true;
      lowAt0 = ${LOW_AT[p]}u;
      rowAt0 = ${LOW_FACTOR[p]}u + (col0 - ${LOW_FIRST4[p]}u) * ${4 * LOW_K}u;
    }
    if (safe1 >= ${LOW_FIRST4[p]}u && safe1 < ${LOW_END4[p]}u) {
      on1 = true;
      lowAt1 = ${LOW_AT[p]}u;
      rowAt1 = ${LOW_FACTOR[p]}u + (safe1 - ${LOW_FIRST4[p]}u) * ${4 * LOW_K}u;
    }
    //#end
    //#end
    for (var k = 0u; k < ${LOW_K}u; k++) {
      //#for q in 0..2
      //#if NATURAL
      let f${q} = select(vec4f(), vec4f(
        //#for j in 0..4
        lowFactor[rowAt${q} + k + ${j * LOW_K}u],
        //#end
      ), on${q});
      //#end
      //#end
      //#if NATURAL == 0
      let f0 = lowFactor[k * ${N4}u + col0];
      let f1 = lowFactor[k * ${N4}u + safe1];
      //#end
      //#for m in 0..TM
      //#if NATURAL
      acc${m}_0 = fma(vec4f(low[(row + ${m}u) * ${LOW_LD}u + lowAt0 + k]), f0, acc${m}_0);
      acc${m}_1 = fma(vec4f(low[(row + ${m}u) * ${LOW_LD}u + lowAt1 + k]), f1, acc${m}_1);
      //#else
      {
        let value = low[(row + ${m}u) * ${LOW_LD}u + k];
        acc${m}_0 = fma(vec4f(value), f0, acc${m}_0);
        acc${m}_1 = fma(vec4f(value), f1, acc${m}_1);
      }
      //#end
      //#end
    }
  }
