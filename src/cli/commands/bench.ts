import * as v from 'valibot';
import { benchProfiles, type BenchPlan } from '../../bench/cases';
import { benchMachine } from '../../bench/machineBench';
import { sizeCases, sizeNames } from '../../bench/sizes';
import { openDevice } from '../../gpu/device';
import { InputError } from '../../lib/errors';
import { adoptTuning } from '../../model/tuning';
import { checkJson } from '../../lib/checkJson';
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
    rounds: { value: 'N', help: 'rounds per figure, in place of the profile’s' },
    spec: { value: 'FILE', help: 'JSON {rounds, leastMs, gemm: [{M, K, N}], cases: [...]} in place of a profile' },
  },
  async run(args, { progress, signal }) {
    const chosen: BenchPlan = args.has('spec')
      ? readSpec(args.text('spec'))
      : benchProfiles[args.choice('profile', ['short', 'full', 'size'], 'short')];
    const rounds = args.integer('rounds', 1, 1e6, chosen.rounds);
    const sizes = args.has('sizes')
      ? [sizeCases[args.choice('sizes', sizeNames, 'SmolLM2-135M')]]
      : (chosen.sizes ?? []);
    if (args.has('sizes') && chosen.sizes === undefined)
      throw new InputError('--sizes', args.text('sizes'), '--profile size beside it');
    const plan: BenchPlan = { ...chosen, rounds, sizes };
    const gpu = await openDevice();
    await adoptTuning(gpu, tuningCache);
    progress('roofline, matrix products, then models; other load on this machine shows in low..high');
    let figures = 0;
    const print = (figure: object) => {
      figures += 1;
      process.stdout.write(`${JSON.stringify(figure)}\n`);
    };
    await benchMachine(gpu, plan, print, signal);
    gpu.check();
    return { kind: 'summary', figures, complete: !signal.aborted };
  },
};

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
