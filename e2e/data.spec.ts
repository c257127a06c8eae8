/** A model that reads any text, trained in the page on the rows of a file: the text worker, the grader's and the files' own worker run here. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { writeTextModel } from '../src/cli/textModel.fixture';
import { expect, test } from './fixtures';
import { openPage, setField, storedRuns, train, unfold, waitUntilFinished } from './playground';

const folder = mkdtempSync(join(tmpdir(), 'nsr-text-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 40 }, (_, index) =>
  JSON.stringify({ question: `A bag holds ${index} apples, another 2. How many?`, answer: `#### ${index + 2}` }),
).join('\n');

test('rows from a file are trained on, by a model whose tokens are no characters', async ({ page }) => {
  writeTextModel(folder);
  // In place of a shipped model: none of those reads any text.
  await page.route('**/models/countdown4-strong/*', (route) =>
    route.fulfill({ body: readFileSync(join(folder, basename(new URL(route.request().url()).pathname))) }),
  );
  await openPage(page);
  await page.getByLabel('Task', { exact: true }).selectOption('gsm8k');
  await expect(page.getByLabel('Rows', { exact: true })).toHaveText('none chosen');
  const file = page.getByLabel('Files of rows');
  await file.setInputFiles({ name: 'none.jsonl', mimeType: 'text/plain', buffer: Buffer.from('<p>404') });
  await expect(page.getByRole('alert').filter({ hasText: 'a page of HTML' })).toBeVisible();
  await file.setInputFiles({ name: 'apples.jsonl', mimeType: 'text/plain', buffer: Buffer.from(rows) });
  await expect(page.getByLabel('Rows', { exact: true }).locator('option:checked')).toHaveText('apples.jsonl (40 rows)');

  await unfold(page, 'Task and model');
  await page.getByLabel('Prompt', { exact: true }).selectOption('chat');
  await setField(page, 'Adapter rank', 2);
  await unfold(page, 'Sampling');
  await setField(page, 'Longest answer', 60);
  await setField(page, 'Updates per rollout', 1);
  await setField(page, 'Prompts per step', 2);
  await setField(page, 'Group size', 2);
  await unfold(page, 'Evaluation');
  await setField(page, 'Held-out problems', 2);
  await setField(page, 'Samples per problem', 2);
  await setField(page, 'Steps', 2);
  await train(page);
  await waitUntilFinished(page);

  const [run] = await storedRuns(page);
  expect(run?.rows).toHaveLength(2);
  expect(run?.evaluations[0]?.problemIds.every((id) => id.startsWith('gsm8k/train/'))).toBe(true);
  await page.getByRole('tab', { name: 'Rollouts' }).click();
  const answers = page.getByRole('region', { name: 'Answers' });
  await expect(answers.getByText('A bag holds').first()).toBeVisible();
  // An answer of 60 tokens is folded, and opens.
  const more = answers.getByRole('button', { name: /more$/ }).first();
  await more.click();
  await expect(answers.getByRole('button', { name: 'fold' }).first()).toBeVisible();
});
