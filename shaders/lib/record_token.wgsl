    // `token` with its `logp` and `entropy` is the sequence's next.
    tokens[s * ${CAPACITY}u + own.length] = vec4u(token, bitcast<u32>(logp), bitcast<u32>(entropy), 0u);
    sequences[s].nextToken = token;
    sequences[s].length = own.length + 1u;
    let isEnd = any(sampling.eos == vec4u(token));
    if (isEnd || own.length + 1u >= sampling.maxNewTokens) { sequences[s].done = 1u; }
