import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError } from '../../lib/errors';
import { exactKs } from '../../lib/exactPass';
import { coolingBranch, type CoolingCurve } from '../../records/cooling';
import { packProbabilities, type CoolingProblemsFile } from '../../records/coolingProblems';
import { createTask } from '../../tasks/parts/registry';
import { coolingPoints } from '../../trainer/exact/coolingCurve';
import { listRightSequences } from '../../trainer/exact/rightSequences';
import { openAnswers } from '../../trainer/openRun';
import type { Command } from '../command';
import { checkOutput, writeOutput } from '../files';
import { openTextModel } from '../openTextModel';
import { findModelFolder } from '../project';
import { readTaskChoice, taskOptions } from '../task';

export const command: Command = {
  summary: 'what sampling alone can do with a model: exact pass@k over temperature, nucleus and top-k, as cooling.json',
  options: {
    model: { value: 'ID|DIR', help: 'a shipped model or a folder in Hugging Face layout' },
    ...taskOptions,
    out: {
      value: 'FILE',
      help: 'file to write (cooling.json in the model folder); p(right) per problem goes beside it, as .problems.json',
    },
  },
  async run(args, { progress }) {
    const folder = await findModelFolder('--model', args.text('model'));
    const out = args.text('out', join(folder, 'cooling.json'));
    const beside = out.replace(/(\.json)?$/, '.problems.json');
    for (const file of [out, beside]) checkOutput('--out', file, args.flag('force'));
    const choice = readTaskChoice(args);
    const task = createTask(choice.name, choice.params);
    const opened = await openTextModel(folder);
    const { policy, codec } = await openAnswers(opened, task);
    const { vocabularySize, eosTokenId } = policy;
    const { maxNewTokens, heldOut } = task;
    const listed = listRightSequences(task, codec, heldOut, { vocabularySize, eosTokenId, maxNewTokens });
    if (!listed.ok) throw new InputError('--task', choice.name, `another task or model: ${listed.reason}`);
    const measured = await coolingPoints(policy, listed.value);
    opened.gpu.check();
    policy.dispose();
    if (!measured.ok) throw new InputError('--task', choice.name, `a smaller one: ${measured.reason}`);
    const { points, right } = measured.value;
    const modelSha256 = createHash('sha256')
      .update(readFileSync(join(folder, 'model.safetensors')))
      .digest('hex');
    const curve: CoolingCurve = {
      version: 1,
      model: basename(folder),
      modelSha256,
      task: choice,
      problems: heldOut.length,
      ks: exactKs,
      points,
    };
    // One point per line: a diff shows which moved.
    const { points: rows, ...head } = curve;
    const lines = rows.map((point) => `    ${JSON.stringify(point)}`).join(',\n');
    writeOutput(out, `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "points": [\n${lines}\n  ]\n}\n`);
    const temperatures = coolingBranch(curve, 'temperature').map(({ temperature }) => temperature);
    const problems: CoolingProblemsFile = {
      version: 1,
      modelSha256,
      temperatures,
      problemIds: heldOut.map(({ id }) => id),
      // The temperatures are the first variants.
      negativeLog: packProbabilities(right.slice(0, temperatures.length)),
    };
    writeOutput(beside, `${JSON.stringify(problems)}\n`);
    progress(`${heldOut.length} problems, ${rows.length} points`);
    return { out, beside, problems: heldOut.length, points: rows.length };
  },
};
