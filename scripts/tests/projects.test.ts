import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createVitest } from 'vitest/node';

const repository = join(import.meta.dirname, '../..');

/** Runs the registries' tests once more, with additions. */
const again = 'additions';

it('every test file is in exactly one project, but for what the additions run again', async () => {
  const vitest = await createVitest('test', { root: repository, watch: false, reporters: [] });
  const found = (await vitest.globTestSpecifications()).flatMap(({ moduleId, project }) => {
    const file = moduleId.slice(repository.length + 1);
    return project.name !== again || file.startsWith(`scripts/${again}/`) ? [file] : [];
  });
  await vitest.close();
  const files = ['src', 'scripts', 'shaders', 'e2e'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  expect(found.sort()).toEqual(files.filter((file) => /\.test\.tsx?$/.test(file)).sort());
});
