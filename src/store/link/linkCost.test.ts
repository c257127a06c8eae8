import { afterEach, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../experiment/catalogue';
import { checkModel, costOfModel } from './linkCost';

const base = 'https://page.test/play/';
afterEach(() => vi.unstubAllGlobals());

function host(response: Response): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: URL, { method }: RequestInit) => {
    asked.push(`${method} ${url.href}`);
    return Promise.resolve(response);
  });
  return asked;
}

describe('what a link would take', () => {
  it('is told for a shipped model in bytes of its files and of the memory plan', () => {
    expect(costOfModel('countdown3-tiny', catalogue)).toBe(
      'Its model, Countdown 3, tiny (d = 32), comes with the page: 113 kB to load, 550 kB of graphics memory for weights, gradients and optimiser; the activations of a batch come on top.',
    );
  });
  it.each(['Qwen/Qwen3-0.6B', 'mine', '__proto__', 'constructor'])('is not known for %s', (id) => {
    expect(costOfModel(id, catalogue)).toBeNull();
  });
  it('is asked of the page’s own host only', async () => {
    const asked = host(new Response(null, { headers: { 'Content-Length': '647840' } }));
    expect(await checkModel(base, 'mine')).toMatch(/^mine lies beside this page: 648 kB of weights/);
    expect(asked).toEqual(['HEAD https://page.test/play/models/mine/model.safetensors']);
    expect(await checkModel(base, '../../secret')).toMatch(/does not lie beside/);
    expect(await checkModel(base, 'https://evil.test/x')).toMatch(/does not lie beside/);
    expect(asked).toHaveLength(1);
  });
  it.each([
    new Response(null, { status: 404 }),
    new Response('<html>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } }),
  ])('is told to be missing', async (response) => {
    host(response);
    expect(await checkModel(base, 'mine')).toMatch(/does not lie beside/);
  });
});
