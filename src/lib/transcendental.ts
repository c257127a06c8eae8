/**
 * exp, log and cos out of additions, multiplications and divisions alone. JavaScript leaves the last bit of `Math.exp` and its
 * kin to the engine, and Node's V8 and Chromium's do differ there; a run must give the same bits in both.
 * Algorithms and coefficients: fdlibm (Sun Microsystems, 1993); error under 1 ulp.
 */

const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;
const words = new DataView(new ArrayBuffer(8));

/** 2^k for -1022 <= k <= 1023, exact. */
function powerOfTwo(k: number): number {
  words.setUint32(0, (k + 1023) << 20);
  words.setUint32(4, 0);
  return words.getFloat64(0);
}

/** e^x; 0 below -745.13, Infinity above 709.78. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const k = Math.round(x / (ln2High + ln2Low));
  const high = x - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // two factors, so that neither leaves the range of normal numbers
  const half = Math.trunc(k / 2);
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

/** Natural logarithm; -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  words.setFloat64(0, x < 2.2250738585072014e-308 ? x * 18014398509481984 : x);
  const top = words.getUint32(0);
  let k = ((top >>> 20) & 0x7ff) - 1023 - (x < 2.2250738585072014e-308 ? 54 : 0);
  // mantissa into [sqrt(2)/2, sqrt(2))
  const mantissa = top & 0xfffff;
  const shift = (mantissa + 0x95f64) & 0x100000;
  words.setUint32(0, mantissa | (shift ^ 0x3ff00000));
  k += shift >>> 20;
  const f = words.getFloat64(0) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const halfSquare = 0.5 * f * f;
  return k * ln2High - (halfSquare - (s * (halfSquare + even + odd) + k * ln2Low) - f);
}

/** base^exponent for base >= 0. */
export function power(base: number, exponent: number): number {
  if (exponent === 1) return base;
  if (exponent === 0) return 1;
  return base === 0 ? (exponent > 0 ? 0 : Infinity) : exp(exponent * log(base));
}

const halfPiHigh = 1.57079632673412561417;
const halfPiLow = 6.07710050650619224932e-11;

/** Cosine, for |x| up to about 1e5. */
export function cos(x: number): number {
  const n = Math.round(x / (halfPiHigh + halfPiLow));
  const r = x - n * halfPiHigh - n * halfPiLow;
  const z = r * r;
  const quadrant = ((n % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? cosineKernel(z) : sineKernel(r, z);
  return quadrant === 1 || quadrant === 2 ? -value : value;
}

function cosineKernel(z: number): number {
  const tail =
    z *
    (4.16666666666666019037e-2 +
      z *
        (-1.38888888888741095749e-3 +
          z *
            (2.48015872894767294178e-5 +
              z * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 - z * 1.13596475577881948265e-11)))));
  return 1 - (0.5 * z - z * tail);
}

function sineKernel(r: number, z: number): number {
  const tail =
    -1.66666666666666324348e-1 +
    z *
      (8.33333333332248946124e-3 +
        z *
          (-1.98412698298579493134e-4 +
            z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10))));
  return r + r * z * tail;
}
