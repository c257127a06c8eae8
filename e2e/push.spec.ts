/** A trained model goes into the visitor's own account on the hub. */
import { readModelFolder } from '../src/model/folder';
import { VISITOR } from '../scripts/hub/standInUploads';
import { expect } from './fixtures';
import { refusals, test } from './hub';
import { openPage, quickExperiment, train, waitUntilFinished } from './playground';

test.use({ allowedErrors: [refusals] });

test('the visitor signs in beside the page, and the model lies in a new repository of theirs', async ({
  page,
  hub,
}) => {
  await openPage(page);
  // As a host has it that built with VITE_HF_CLIENT_ID.
  await page.locator('meta[name="huggingface-client-id"]').evaluate((meta) => meta.setAttribute('content', 'app'));
  await quickExperiment(page, 2, 0);
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel('Repository name').fill('my model');
  await page.getByRole('button', { name: 'Push to the hub' }).click();
  const said = page.locator('.share-panel > [role=status]');
  await expect(said).toHaveText(`Pushed to https://huggingface.co/${VISITOR}/my-model`);
  const files = hub.repositories.get(`${VISITOR}/my-model`) ?? new Map<string, Uint8Array>();
  const bytes = (path: string) => Promise.resolve(files.get(path) ?? new Uint8Array());
  const read = await readModelFolder({
    name: 'pushed',
    exists: (path) => Promise.resolve(files.has(path)),
    readBytes: bytes,
    readText: async (path) => new TextDecoder().decode(await bytes(path)),
  });
  expect(read.tensors.size).toBeGreaterThan(0);
  expect(new TextDecoder().decode(files.get('README.md'))).toContain('2 of 2 rollout steps');

  // Signed in already; the name is taken now.
  await page.getByRole('button', { name: 'Push to the hub' }).click();
  await expect(said).toHaveText(`${VISITOR}/my-model is there already: choose another name.`);
});
