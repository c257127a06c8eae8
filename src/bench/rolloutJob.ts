/** The `rollout` part: batched sampling through the decode plan of every run, with given noise for the random numbers. */
import type { Gpu } from '../gpu/device';
import type { RolloutRequest } from '../model/policy';
import { createPolicy } from '../model/policyModel';
import { ensureTuned, productShapes } from '../model/tuning';
import { readBenchModel, readFloats, readIntegers, rowsOfTokens, type ReadFile } from './benchFiles';
import type { BenchJob } from './job';
import type { RolloutBenchSpec } from './spec';

export async function prepareRollout(gpu: Gpu, read: ReadFile, spec: RolloutBenchSpec): Promise<BenchJob> {
  const { sequences, promptTokens, newTokens, files } = spec;
  const { config, tensors } = await readBenchModel(read, files, spec.model, promptTokens + newTokens);
  const prompts = rowsOfTokens(await readIntegers(read, files.prompts, sequences * promptTokens), promptTokens);
  const noise = await readFloats(read, files.noise, sequences * newTokens * config.vocabularySize);
  await ensureTuned(gpu, productShapes(config), null);
  const policy = await createPolicy(gpu, config, tensors, { samplingNoise: noise, maxSequences: sequences });
  const request = plainRollout(prompts, 1, newTokens);
  const sample = async () => (await policy.rollout(request)).sequences.flatMap(({ completion }) => completion);
  try {
    let tokens = await sample();
    return {
      answer: { tokens },
      round: async (repetitions) => {
        for (let i = 0; i < repetitions; i++) tokens = await sample();
        await gpu.device.queue.onSubmittedWorkDone();
      },
      verify: async () => ({ tokens }),
      dispose: () => policy.dispose(),
    };
  } catch (error) {
    policy.dispose();
    throw error;
  }
}

/** Temperature 1, nothing cut off. */
export function plainRollout(
  prompts: readonly (readonly number[])[],
  groupSize: number,
  maxNewTokens: number,
): RolloutRequest {
  return { prompts, groupSize, maxNewTokens, temperature: 1, topK: 0, topP: 1, greedy: false, seed: 0, stream: 0 };
}
