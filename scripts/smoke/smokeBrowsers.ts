/**
 * `npm run smoke:browsers`: the page in a Firefox and in a WebKit that are installed (Debian: `firefox-esr`, and
 * `webkit2gtk-driver` with `xvfb`), through the drivers these bring along. Where such a browser has no WebGPU, the recorded run
 * must play, its answers and tokens must be there. What is not installed is named and left out; Safari itself runs on Apple's
 * systems only. Needs a built page (`npm run build`).
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openFirefox } from './marionette.ts';
import { serve } from '../site/staticServer.ts';
import { openWebKit } from './webKitDriver.ts';

export interface DrivenBrowser {
  readonly name: string;
  go(url: string): Promise<void>;
  /** Runs the body of a function in the page and gives back its JSON value. */
  run(body: string): Promise<unknown>;
  /** PNG, base64. */
  screenshot(): Promise<string>;
  close(): Promise<void>;
}

const { values } = parseArgs({ options: { screenshots: { type: 'string' } } });

function onPath(...names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file)) ?? null;
}

async function until(browser: DrivenBrowser, what: string, body: string): Promise<void> {
  for (let attempt = 0; attempt < 80; attempt++) {
    if ((await browser.run(body)) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what}: not seen within 20 s`);
}

const click = (words: string): string =>
  `const b = [...document.querySelectorAll('button')].find((b) => b.textContent.trim().startsWith(${JSON.stringify(words)})); b?.click(); return b !== undefined;`;
const shows = (words: string): string => `return document.body.innerText.includes(${JSON.stringify(words)});`;
const position = `return Number.parseInt(document.querySelector('[data-testid=replay-position]')?.textContent ?? '-1', 10);`;

async function smoke(browser: DrivenBrowser, address: string): Promise<Record<string, unknown>> {
  await browser.go(address);
  await until(browser, 'the page', shows('Pass@k'));
  const webGpu = await browser.run('return navigator.gpu !== undefined;');
  await browser.run(click('Skip'));
  const unavailable = 'return document.body.innerText.includes("Training needs WebGPU");';
  if (webGpu === true) await browser.run(click('Watch a recorded run'));
  else await until(browser, 'the line that says why', unavailable);
  await until(browser, 'a recorded run', shows('Recorded, not trained here'));
  const end = Number(await browser.run(position));
  await until(browser, 'the button Replay', click('Replay'));
  await until(browser, 'the replay moving on', `const at = (() => { ${position} })(); return at > 3 && at < ${end};`);
  await until(
    browser,
    'curves',
    `return document.querySelectorAll('[data-chart=pass] path.recharts-curve').length > 0;`,
  );
  await until(browser, 'an answer', `const t = document.querySelector('button.token'); t?.click(); return t !== null;`);
  await until(browser, 'the token view', shows('passed here'));
  await browser.run(`document.querySelector('[data-chart=pass] .help-button').click();`);
  await until(
    browser,
    'a formula',
    `return (document.querySelector('.popover-body math')?.getBoundingClientRect().width ?? 0) > 20;`,
  );
  if (values.screenshots !== undefined) {
    const file = join(values.screenshots, `${browser.name.split(' ')[0]?.toLowerCase()}.png`);
    writeFileSync(file, Buffer.from(await browser.screenshot(), 'base64'));
  }
  return { browser: browser.name, webGpu, replay: true, token: true, formula: true };
}

const { server, address } = await serve('dist', 0);
const folder = mkdtempSync(join(tmpdir(), 'nsr-smoke-'));
const firefox = onPath('firefox', 'firefox-esr');
const webKit = onPath('WebKitWebDriver');
const openers = [
  {
    name: 'Firefox',
    missing: 'firefox or firefox-esr',
    open: firefox === null ? null : () => openFirefox(firefox, folder),
  },
  { name: 'WebKit', missing: 'WebKitWebDriver', open: webKit === null ? null : () => openWebKit(webKit) },
];
let failed = false;
// Where there is no screen, WebKit needs one that is drawn nowhere.
const xvfb = process.env.DISPLAY === undefined && webKit !== null ? onPath('Xvfb') : null;
const screen = xvfb === null ? null : spawn(xvfb, [':97', '-screen', '0', '1280x800x24'], { stdio: 'ignore' });
if (screen) process.env.DISPLAY = ':97';
for (const { name, missing, open } of openers) {
  if (!open) {
    console.log(JSON.stringify({ browser: name, leftOut: `${missing} is not installed` }));
    continue;
  }
  try {
    const browser = await open();
    try {
      console.log(JSON.stringify(await smoke(browser, address)));
    } finally {
      await browser.close();
    }
  } catch (error) {
    failed = true;
    console.log(JSON.stringify({ browser: name, failed: error instanceof Error ? error.message : String(error) }));
  }
}
screen?.kill();
server.close();
rmSync(folder, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
