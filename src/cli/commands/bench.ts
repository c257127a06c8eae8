import * as v from 'valibot';
import { benchProfiles, type BenchPlan } from '../../bench/cases';
import { benchMachine } from '../../bench/machineBench';
import { sizeCases, sizeNames, sizeWorks } from '../../bench/sizes';
import { openDevice } from '../../gpu/device';
import { InputError } from '../../lib/errors';
import { adoptTuning } from '../../model/tuning';
import { checkJson } from '../../lib/checkJson';
import type { Arguments } from '../arguments';
import type { Command } from '../command';
import { readJsonInput } from '../files';
import { tuningCache } from '../tuningCache';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e6));

/** What a file may say; what it leaves out is the short profile's. */
const specSchema = v.strictObject({
  rounds: v.optional(count),
  leastMs: v.optional(count),
  gemm: v.optional(v.array(v.strictObject({ M: count, K: count, N: count }))),
  cases: v.optional(
    v.array(
      v.strictObject({
        name: v.string(),
        width: count,
        layers: count,
        heads: count,
        feedForward: count,
        vocabulary: count,
        length: count,
        batch: count,
        prompts: count,
        groupSize: count,
        promptTokens: count,
        newTokens: count,
      }),
    ),
  ),
});

export const command: Command = {
  summary: 'engine benchmarks, one JSON line each',
  interruptible: true,
  options: {
    profile: {
      value: 'NAME',
      help: 'short (two smallest models), full, or size (shapes of real models, trained by LoRA) (short)',
    },
    sizes: { value: 'NAME', help: `with --profile size: one of ${sizeNames.join(', ')} (all)` },
    only: { value: 'LIST', help: `with --profile size: some of ${sizeWorks.join(',')} (all)` },
    full: { help: 'with --profile size: all weights train, in float32, in place of an adapter' },
    tokens: { value: 'N', help: 'with --profile size: tokens of prefill and of a training row (256)' },
    activations: { value: 'MIB', help: 'with --profile size: what activations may take (the engine’s own choice)' },
    kernels: { help: 'with --profile size: one more repetition of each work, with the time of each kernel' },
    rounds: { value: 'N', help: 'rounds per figure, in place of the profile’s' },
    spec: { value: 'FILE', help: 'JSON {rounds, leastMs, gemm: [{M, K, N}], cases: [...]} in place of a profile' },
  },
  async run(args, { progress, signal }) {
    const chosen: BenchPlan = args.has('spec')
      ? readSpec(args.text('spec'))
      : benchProfiles[args.choice('profile', ['short', 'full', 'size'], 'short')];
    const rounds = args.integer('rounds', 1, 1e6, chosen.rounds);
    const sizes = readSizes(args, chosen);
    const plan: BenchPlan = { ...chosen, rounds, ...(sizes && { sizes }) };
    const gpu = await openDevice();
    await adoptTuning(gpu, tuningCache);
    progress('roofline, matrix products, then models; other load on this machine shows in low..high');
    let figures = 0;
    const print = (figure: object) => {
      figures += 1;
      process.stdout.write(`${JSON.stringify(figure)}\n`);
    };
    await benchMachine(gpu, plan, print, progress, signal);
    gpu.check();
    return { kind: 'summary', figures, complete: !signal.aborted };
  },
};

/** What the options make of the profile's sizes. Throws `InputError` for such an option where the profile has none. */
function readSizes(args: Arguments, { sizes }: BenchPlan): BenchPlan['sizes'] {
  if (sizes === undefined) {
    const stray = ['sizes', 'only', 'full', 'tokens', 'activations', 'kernels'].find((name) => args.has(name));
    if (stray !== undefined) throw new InputError(`--${stray}`, 'given', '--profile size beside it');
    return undefined;
  }
  const cases = args.has('sizes') ? [sizeCases[args.choice('sizes', sizeNames, 'SmolLM2-135M')]] : sizes.cases;
  const wanted = args.has('only') ? args.text('only').split(',') : sizes.works;
  const works = wanted.map((name) => {
    const work = sizeWorks.find((known) => known === name);
    if (work === undefined) throw new InputError('--only', name, sizeWorks.join(','));
    return work;
  });
  return {
    cases: cases.map((one) => ({ ...one, tokens: args.integer('tokens', 2, one.config.maxPositions, one.tokens) })),
    works,
    full: args.flag('full'),
    kernels: args.flag('kernels'),
    ...(args.has('activations') ? { activationBytes: args.integer('activations', 1, 2 ** 20) * 2 ** 20 } : {}),
  };
}

function readSpec(file: string): BenchPlan {
  const { rounds, leastMs, gemm, cases } = checkJson(file, specSchema, readJsonInput('--spec', file));
  for (const { name, width, heads } of cases ?? []) {
    if (width % heads !== 0 || (width / heads) % 2 !== 0) {
      throw new InputError(`${file}: ${name}`, heads, `heads that divide width = ${width} into even parts`);
    }
  }
  const { short } = benchProfiles;
  const named = gemm !== undefined || cases !== undefined;
  return {
    rounds: rounds ?? short.rounds,
    leastMs: leastMs ?? short.leastMs,
    gemm: gemm ?? (named ? [] : short.gemm),
    cases: cases ?? (named ? [] : short.cases),
  };
}
