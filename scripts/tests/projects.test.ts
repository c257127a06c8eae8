import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createVitest } from 'vitest/node';

const repository = join(import.meta.dirname, '../..');

it('every test file is in exactly one project', async () => {
  const vitest = await createVitest('test', { root: repository, watch: false, reporters: [] });
  const found = (await vitest.globTestSpecifications()).map(({ moduleId }) => moduleId.slice(repository.length + 1));
  await vitest.close();
  const files = ['src', 'scripts', 'shaders', 'e2e'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  expect(found.sort()).toEqual(files.filter((file) => /\.test\.tsx?$/.test(file)).sort());
});
