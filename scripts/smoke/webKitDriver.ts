/** Drives WebKitGTK's own small browser over the WebDriver that comes with it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { DrivenBrowser } from './smokeBrowsers.ts';

const PORT = 28_288;

/** MiniBrowser lies in a folder by architecture and version. */
const miniBrowsers = ['4.1', '4.0', '6.0'].flatMap((version) =>
  ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((machine) => `/usr/lib/${machine}/webkit2gtk-${version}/MiniBrowser`),
);

export async function openWebKit(program: string): Promise<DrivenBrowser> {
  const binary = miniBrowsers.find((file) => existsSync(file));
  if (binary === undefined) throw new Error('MiniBrowser of WebKitGTK is not installed');
  const child = spawn(program, [`--port=${PORT}`], { stdio: 'ignore' });
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${PORT}${path}`, {
      method: body === null ? 'GET' : 'POST',
      ...(body === null ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`${path}: ${(value as { message?: string }).message ?? response.status}`);
    return value;
  };
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const session = (await post('/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } } },
  })) as { sessionId: string; capabilities: { browserVersion?: string } };
  const at = `/session/${session.sessionId}`;
  await post(`${at}/window/rect`, { width: 1280, height: 800 });
  return {
    name: `WebKitGTK ${session.capabilities.browserVersion ?? ''}`,
    go: async (url) => void (await post(`${at}/url`, { url })),
    run: (body) => post(`${at}/execute/sync`, { script: body, args: [] }),
    screenshot: async () => String(await post(`${at}/screenshot`, null)),
    close: async () => {
      await fetch(`http://127.0.0.1:${PORT}${at}`, { method: 'DELETE' }).catch(() => null);
      child.kill();
    },
  };
}
