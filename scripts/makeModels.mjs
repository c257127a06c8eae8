// `npm run models [-- NAME ...]`: makes the base models of public/models again, each by the command in its card.
import { spawnSync } from 'node:child_process';

const small = ['--width', '64', '--layers', '3', '--heads', '4', '--feed-forward', '192'];
const tiny = ['--width', '32', '--layers', '2', '--heads', '2', '--feed-forward', '96'];

const models = {
  'countdown4-strong': ['--task', 'countdown', '--params', 'numbers=4', ...small, '--steps', '1000'],
  'countdown4-weak': ['--task', 'countdown', '--params', 'numbers=4', ...small, '--steps', '550'],
  countdown3: ['--task', 'countdown', '--params', 'numbers=3', ...small, '--steps', '250'],
  'countdown3-tiny': ['--task', 'countdown', '--params', 'numbers=3', ...tiny, '--steps', '500'],
  'countdown3-tiny-weak': ['--task', 'countdown', '--params', 'numbers=3', ...tiny, '--steps', '300'],
  addition: ['--task', 'addition', ...small, '--steps', '290', '--learning-rate', '0.001', '--decay', 'none'],
};

const wanted = process.argv.slice(2);
for (const [name, options] of Object.entries(models)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const command = ['scripts/nsr.mjs', 'sft', ...options, '--out', `public/models/${name}`, '--force'];
  console.error(`\n=== ${name}`);
  const { status } = spawnSync(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
