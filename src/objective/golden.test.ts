/** Advantages and weights of every preset, to the last bit, as the code before the objective had a folder of its own computed them
 * (commit ed7e072: prepareBatch and weightedSequences). Only a deliberate change of the numbers may change the file. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mean } from '../lib/stats';
import { asJson, goldenExperiments, goldenMiniBatches, goldenMoment, goldenRollouts } from './golden.fixture';
import { rateRollouts } from './rateRollouts';
import { objectiveAt, resolveObjective } from './resolveObjective';
import { weighMiniBatch } from './weighMiniBatch';

const golden = JSON.parse(readFileSync('fixtures/objective/golden.json', 'utf8')) as Record<string, unknown>;
const given = goldenRollouts();

it('every experiment of that time is still there', () => {
  expect([...goldenExperiments.keys()]).toEqual(expect.arrayContaining(Object.keys(golden)));
});

it.each([...goldenExperiments].filter(([id]) => id in golden))('%s', (id, experiment) => {
  const accuracy = mean(given.map(({ reward }) => reward));
  const at = objectiveAt(resolveObjective(experiment), { ...goldenMoment, accuracy });
  const rollouts = rateRollouts(
    at,
    given.map(({ logp, refLogp, values, ...rollout }) => ({
      ...rollout,
      oldLogp: logp,
      refLogp: at.needsReference ? refLogp : null,
      values: at.critic === null ? null : values,
    })),
  );
  const miniBatches = goldenMiniBatches.map((groups) => {
    const members = rollouts.filter(({ group }) => groups.includes(group));
    return weighMiniBatch(at, members).map((row) => ({ ...row, scoredByReference: row.refLogp !== null }));
  });
  const result = asJson({ coefficients: { ...at.coefficients }, loss: { ...at.loss }, rollouts, miniBatches });
  expect(result).toEqual(golden[id]);
});
