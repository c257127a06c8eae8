    // One row of a thread's tile: r, its two vec4 columns v0 and v1, and with NORM_IN the row's sum of squares.
    //#if ACCUMULATE
    v0 += c[r * ${LDC4}u + ${C_FROM4}u + col0];
    v1 += c[r * ${LDC4}u + ${C_FROM4}u + safe1];
    //#end
    //#if NORM_IN
    let scale = 1.0 / sqrt(squares * ${INV_D} + ${EPS});
    v0 *= scale;
    v1 *= scale;
    if (col0 == 0u) { rstdOut[r] = scale; }
    //#end
    //#if BIAS
    v0 += bias[col0];
    v1 += bias[safe1];
    //#end
    //#if OUTPUT == 4
    var dots = 0.0;
    for (var i = 0u; i < min(${DOTS}u, arrayLength(&rowDot)); i++) { dots += rowDot[r * ${DOTS}u + i]; }
    let scale = rstd[r];
    let pull = dots * scale * scale * ${INV_D};
    //#if GATHER_X
    let xAt = headRows[r].source * ${N4}u;
    //#else
    let xAt = r * ${N4}u;
    //#end
    v0 = v0 * gain[col0] * scale - x[xAt + col0] * pull;
    v1 = v1 * gain[safe1] * scale - x[xAt + safe1] * pull;
    //#end
    //#if RESIDUAL
    v0 += residual[r * ${LDC4}u + ${C_FROM4}u + col0];
    v1 += residual[r * ${LDC4}u + ${C_FROM4}u + safe1];
    //#end
    //#if OUTPUT == 5
    if (col0 < ${ROTATED4}u) {
      let turns = rows[r].position * ${DH / 4}u + col0 % ${PAIR}u * 2u;
      let one = table[turns];
      let two = table[turns + 1u];
      let cosine = vec4f(one.xz, two.xz);
      let sine = vec4f(one.yw, two.yw);
      let low = v0;
      v0 = low * cosine - v1 * sine;
      v1 = v1 * cosine + low * sine;
    }
    //#end
    //#if OUTPUT == 2
    act[r * ${PAIR}u + col0] = v0 / (1.0 + exp(-v0)) * v1;
    //#end
    //#if OUTPUT == 3
    var dots = 0.0;
    //#for j in 0..2
    //#if j == 1 && FULL == 0
    if (has1)
    //#end
    {
      let at = r * ${2 * N4}u + col${j};
      let gate = gateUp[at];
      let up = gateUp[at + ${N4}u];
      let sigmoid = 1.0 / (1.0 + exp(-gate));
      let dGate = v${j} * up * sigmoid * (1.0 + gate * (1.0 - sigmoid));
      let dUp = v${j} * gate * sigmoid;
      c[at] = dGate;
      c[at + ${N4}u] = dUp;
      dots += dot(dGate, gate) + dot(dUp, up);
    }
    //#end
    rowDotOut[r * ${DOTS}u + group.x * ${WX}u + local.x] = dots;
    //#else
    //#if SCALED
    v0 *= ${OUT_SCALE};
    v1 *= ${OUT_SCALE};
    //#end
    c[r * ${LDC4}u + ${C_FROM4}u + col0] = v0;
    //#if FULL == 0
    if (has1)
    //#end
    { c[r * ${LDC4}u + ${C_FROM4}u + col1] = v1; }
    //#end
