/** `node scripts/makeGallery.mjs`: turns recorded runs of docs/runs into what the page shows where nothing can be trained
 * (public/gallery): the curves without the answers, five digits each. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const runs = [
  { folder: 'main/nsr-seed0', name: 'NSR (recorded)' },
  { folder: 'main/w-reinforce-seed0', name: 'W-REINFORCE (recorded)' },
  { folder: 'main/psr-seed0', name: 'PSR (recorded)' },
];

const brief = (value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);

function readRun({ folder, name }) {
  const at = join(root, 'docs/runs', folder);
  if (!existsSync(join(at, 'metrics.jsonl'))) return [];
  const lines = readFileSync(join(at, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rows = lines
    .filter((line) => line.type === 'step')
    .map((line) =>
      Object.fromEntries(
        Object.entries(line).flatMap(([key, value]) => (typeof value === 'number' ? [[key, brief(value)]] : [])),
      ),
    );
  const evaluations = lines
    .filter((line) => line.type === 'evaluation')
    .map((line) => ({
      step: line.step,
      passAtK: line.passAtK.map(({ k, mean, low, high }) => ({
        k,
        mean: brief(mean),
        low: brief(low),
        high: brief(high),
      })),
      greedyAccuracy: brief(line.greedyAccuracy),
      entropyNats: brief(line.entropyNats),
      distinctCorrect: brief(line.distinctCorrect),
      problems: line.problemIds.length,
      samples: line.samples,
    }));
  const experiment = JSON.parse(readFileSync(join(at, 'experiment.json'), 'utf8'));
  return [
    {
      file: `${folder.replaceAll('/', '-')}.json`,
      name,
      content: { format: 'nsr-run', version: 1, name, experiment, rows, evaluations },
    },
  ];
}

const made = runs.flatMap(readRun);
mkdirSync(join(root, 'public/gallery'), { recursive: true });
for (const { file, content } of made) writeFileSync(join(root, 'public/gallery', file), `${JSON.stringify(content)}\n`);
writeFileSync(
  join(root, 'public/gallery/index.json'),
  `${JSON.stringify(
    made.map(({ file, name }) => ({ file, name })),
    null,
    2,
  )}\n`,
);
console.log(`${made.length} recorded runs in public/gallery`);
