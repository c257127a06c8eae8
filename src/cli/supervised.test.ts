import { readFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSafetensorsHeader } from '../model/safetensors';
import { nsr, nsrInterrupted, temporaryFolder } from './nsr.fixture';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = (out: string, steps: number): string[] =>
  `sft --task addition --architecture qwen2 --width 16 --layers 1 --heads 2 --kv-heads 1 --feed-forward 32 --batch 32
   --steps ${steps} --warm-up 2 --decay 4 --weights bfloat16 --save-every 3 --problems 4 --samples 2 --out ${join(folder, out)}`.split(
    /\s+/,
  );
const fileOf = (out: string, file: string): Buffer => readFileSync(join(folder, out, file));

it('nsr sft goes on where it was interrupted, to the same bits, and makes a Qwen2 model in bfloat16', async () => {
  const whole = nsr(...settings('whole', 12));
  expect(whole.status, whole.stderr).toBe(0);
  const weights = fileOf('whole', 'model.safetensors');
  const header = readSafetensorsHeader(weights, 'model.safetensors');
  expect([...new Set([...header.tensors.values()].map(({ dtype }) => dtype))]).toEqual(['BF16']);
  expect(header.tensors.get('model.layers.0.self_attn.k_proj.bias')?.shape).toEqual([8]);
  expect(JSON.parse(fileOf('whole', 'config.json').toString())).toMatchObject({
    model_type: 'qwen2',
    torch_dtype: 'bfloat16',
  });
  expect(existsSync(join(folder, 'whole', 'sft'))).toBe(false);

  // Planned longer: before the rate falls nothing depends on where the end is.
  const stopped = await nsrInterrupted(/step 1\//, ...settings('parts', 5000));
  expect(stopped.status, stopped.stderr).toBe(130);
  expect(existsSync(join(folder, 'parts', 'model.safetensors'))).toBe(false);
  const done = (JSON.parse(fileOf('parts', 'sft/state.json').toString()) as { done: number }).done;
  const resumed = nsr(...settings('parts', Math.max(12, done + 4)), '--resume');
  expect(resumed.status, resumed.stderr).toBe(0);
  if (done <= 8) expect(fileOf('parts', 'model.safetensors').equals(weights)).toBe(true);
  expect(fileOf('parts', 'README.md').toString()).not.toContain('--resume');
});

it('nsr sft refuses to go on under other settings', async () => {
  await nsrInterrupted(/step 1\//, ...settings('other', 5000));
  const refused = nsr(...settings('other', 5000).map((word) => (word === '32' ? '64' : word)), '--resume');
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain('--resume');
});
