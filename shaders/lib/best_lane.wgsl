  // The largest `best` of all lanes and its `token`; of equal ones the first token.
  //#if WG > 1
  bestValue[lane] = best;
  bestToken[lane] = token;
  for (var half = ${WG / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      let other = bestValue[lane + half];
      let wins = other > bestValue[lane] || (other == bestValue[lane] && bestToken[lane + half] < bestToken[lane]);
      if (wins) {
        bestValue[lane] = other;
        bestToken[lane] = bestToken[lane + half];
      }
    }
  }
  workgroupBarrier();
  best = bestValue[0];
  token = bestToken[0];
  //#end
