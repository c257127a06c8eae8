import { InputError } from '../../lib/errors';
import { sum } from '../../lib/numeric';
import { writeSafetensors, type NamedTensor } from '../../model/safetensors';
import { weighBatch } from '../../objective/weighBatch';
import { baseStorages } from '../../model/weights/baseStorage';
import type { Command } from '../command';
import { checkOutput, folderSource, writeOutput } from '../files';
import { openPolicy } from '../openPolicy';
import { readOracleCase, type OracleCase } from '../oracleCase';
import { padRows } from '../padRows';

export const command: Command = {
  summary: 'gradients of one mini-batch, tensors named as in fixtures/oracle/README.md',
  options: {
    case: {
      value: 'DIR',
      help: 'folder with config.json, model.safetensors, batch.json and objective.json; with adapter_config.json and adapter_model.safetensors only these train',
    },
    out: { value: 'FILE', help: 'safetensors file to write' },
    base: { value: 'NAME', help: 'weights beside an adapter: stored (as the file has them), q8 or q4' },
  },
  async run(args, { progress }) {
    const folder = args.text('case');
    const out = args.text('out');
    checkOutput('--out', out, args.flag('force'));
    const storage = args.choice('base', baseStorages, 'stored');
    const oracle = readOracleCase(folder);
    // The oracle's optimiser decays every parameter, as PyTorch does by default.
    const { policy, gpu } = await openPolicy(folderSource(folder), { decayVectors: true, base: storage });
    checkTokens(oracle, policy.vocabularySize);
    const { temperature } = oracle.moment;
    const base = oracle.baseIsReference ? await policy.score(oracle.rollouts, temperature, true) : null;
    const rollouts = oracle.rollouts.map((rollout, i) =>
      base ? { ...rollout, refLogp: base.logp[i] ?? null } : rollout,
    );
    const { at, rated, sequences } = weighBatch(oracle.experiment, oracle.moment, rollouts);
    const { loss } = at;
    progress(`${sequences.length} sequences, ${policy.parameterCount} parameters`);

    // Scored on their own: the update leaves tokens without weight out, the oracle lists every token.
    const scored = await policy.score(sequences, loss.temperature);
    const result = await policy.gradients(sequences, loss);
    const policyLoss = sum(result.policyLoss.map(sum));
    const entropyBonus = sum(sequences.map(({ entropyWeight }, i) => dot(entropyWeight, result.entropy[i])));
    const klPenalty = sum(sequences.map(({ klWeight }, i) => dot(klWeight, result.kl[i])));
    const tensors: NamedTensor[] = [
      padRows('logp', scored.logp),
      padRows('entropy', scored.entropy),
      padRows(
        'advantage',
        sequences.map(({ advantage }) => advantage),
      ),
      vector(
        'confidence',
        rated.map(({ confidence }) => confidence),
      ),
      vector(
        'weight',
        rated.map(({ weight }) => weight),
      ),
      vector('loss', [policyLoss - entropyBonus + klPenalty]),
      vector('policy_loss', [policyLoss]),
      vector('grad_norm', [result.gradNorm]),
      ...result.gradients.map(({ name, shape, data }) => ({ name: `grad.${name}`, shape, data })),
    ];
    if (oracle.optimizer !== null) {
      await policy.update(sequences, loss, oracle.optimizer);
      const { parameters } = await policy.save();
      tensors.push(...parameters.map(({ name, shape, data }) => ({ name: `updated.${name}`, shape, data })));
    }
    gpu.check();
    policy.dispose();
    writeOutput(out, writeSafetensors(tensors));
    return {
      out,
      sequences: sequences.length,
      loss: policyLoss - entropyBonus + klPenalty,
      policyLoss,
      gradNorm: result.gradNorm,
    };
  },
};

function checkTokens({ rollouts }: OracleCase, vocabularySize: number): void {
  const outside = rollouts
    .flatMap(({ prompt, completion }) => [...prompt, ...completion])
    .find((id) => id >= vocabularySize);
  if (outside !== undefined)
    throw new InputError('batch.json: sequences', outside, `token ids below ${vocabularySize}`);
}

function vector(name: string, values: ArrayLike<number>): NamedTensor {
  return { name, shape: [values.length], data: Float32Array.from(values) };
}

function dot(a: Float32Array, b: Float32Array | undefined): number {
  return sum(Array.from(a, (value, i) => value * (b?.[i] ?? 0)));
}
