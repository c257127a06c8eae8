import { expect, it } from 'vitest';
import { coolingBranch } from '../../records/cooling';
import { rowsOf, toyCodec, toyExperiment, toyRun, toyTask } from '../../trainer/toyRun.fixture';
import { presentCooling } from './presentCooling';

const experiment = toyExperiment((toy) => ({ ...toy, evaluation: { ...toy.evaluation, method: 'exact', every: 1 } }));

it('the present weights at T = 1 have the pass@k that an exact evaluation of them has', async () => {
  const { trainer, policy, events } = toyRun(experiment);
  await trainer.run({ maxSteps: 3 });
  const cooled = await presentCooling({ policy, trainer, task: toyTask, codec: toyCodec });
  if (!cooled.ok) throw new Error(cooled.reason);
  expect(cooled.step).toBe(3);
  const plain = coolingBranch(cooled.curve, 'temperature').find(({ temperature }) => temperature === 1);
  await trainer.run();
  const after = events.flatMap((event) => (event.type === 'evaluation' && event.row.step === 3 ? [event.row] : []))[0];
  after?.passAtK.forEach(({ mean }, index) => expect(plain?.passAtK[index]).toBeCloseTo(mean, 3));
  expect(after?.passAtK).toHaveLength(13);
});

it('changes no number of the run', async () => {
  const [asked, left] = [toyRun(experiment), toyRun(experiment)];
  await asked.trainer.run({ maxSteps: 3 });
  await presentCooling({ ...asked, task: toyTask, codec: toyCodec });
  for (const { trainer } of [asked, left]) await trainer.run();
  expect(rowsOf(asked.events)).toEqual(rowsOf(left.events));
});

it('says why where right answers cannot be listed', async () => {
  const { rightAnswers: _, ...task } = toyTask;
  expect(await presentCooling({ ...toyRun(experiment), task, codec: toyCodec })).toMatchObject({
    ok: false,
    reason: expect.stringContaining('cannot be listed') as string,
  });
});
