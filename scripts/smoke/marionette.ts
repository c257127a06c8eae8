/** Drives an installed Firefox over Marionette, the protocol that is built into it: JSON arrays over TCP, each after its length. */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { DrivenBrowser } from './smokeBrowsers.ts';

const PORT = 28_287;

export async function openFirefox(program: string, folder: string): Promise<DrivenBrowser> {
  const profile = mkdtempSync(join(folder, 'firefox-'));
  writeFileSync(
    join(profile, 'user.js'),
    `user_pref("marionette.port", ${PORT});\nuser_pref("datareporting.policy.dataSubmissionEnabled", false);\n`,
  );
  const child = spawn(
    program,
    ['-headless', '-marionette', '-no-remote', '-width', '1280', '-height', '800', '-profile', profile],
    {
      stdio: 'ignore',
      env: { ...process.env, HOME: profile },
    },
  );
  const socket = await connected();
  const command = talk(socket);
  const session = (await command('WebDriver:NewSession', {})) as { capabilities?: { browserVersion?: string } };
  const value = async (name: string, parameters: unknown): Promise<unknown> =>
    ((await command(name, parameters)) as { value?: unknown } | null)?.value;
  return {
    name: `Firefox ${session.capabilities?.browserVersion ?? ''}`,
    go: async (url) => void (await command('WebDriver:Navigate', { url })),
    run: (body) => value('WebDriver:ExecuteScript', { script: body, args: [] }),
    screenshot: async () => String(await value('WebDriver:TakeScreenshot', { full: false })),
    close: async () => {
      socket.destroy();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

async function connected(): Promise<Socket> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(PORT, '127.0.0.1');
    const ready = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (ready) return socket;
    if (attempt === 240) throw new Error('Firefox did not open its port within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

type Answer = readonly [type: number, id: number, error: { readonly message: string } | null, value: unknown];

function talk(socket: Socket): (name: string, parameters: unknown) => Promise<unknown> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let bytes = Buffer.alloc(0);
  let last = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const colon = bytes.indexOf(58);
      const length = Number(bytes.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 1 || bytes.length < colon + 1 + length) return;
      const message: unknown = JSON.parse(bytes.subarray(colon + 1, colon + 1 + length).toString());
      bytes = bytes.subarray(colon + 1 + length);
      // The first message is a greeting, no answer.
      if (!Array.isArray(message)) continue;
      const answer = message as unknown as Answer;
      waiting.get(answer[1])?.(answer);
      waiting.delete(answer[1]);
    }
  });
  return (name, parameters) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ([, , error, value]) =>
        error ? reject(new Error(`${name}: ${error.message}`)) : resolve(value),
      );
      const text = JSON.stringify([0, id, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}
