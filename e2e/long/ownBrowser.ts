/** A browser that can be killed: its process is ours, and its profile outlives it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type LaunchOptions, type Page } from '@playwright/test';

/** A page that crashed twice is given its GPU again: here crashes are many, and meant. */
const patience = ['--disable-gpu-process-crash-limit', '--disable-domain-blocking-for-3d-apis'];
const quiet = ['--remote-debugging-port=0', '--disable-dev-shm-usage', '--no-default-browser-check'];

export class OwnBrowser {
  private readonly profile = mkdtempSync(join(tmpdir(), 'nsr-profile-'));
  private process: ChildProcess | null = null;
  private connected: Browser | null = null;

  constructor(private readonly options: LaunchOptions) {}

  get browser(): Browser {
    if (!this.connected) throw new Error('no browser runs');
    return this.connected;
  }

  /** A tab of the profile; starts the browser where none runs. */
  async newPage(): Promise<Page> {
    if (!this.connected?.isConnected()) await this.start();
    const [context] = this.browser.contexts();
    if (!context) throw new Error('no context');
    return context.newPage();
  }

  private async start(): Promise<void> {
    const { executablePath = '', args = [] } = this.options;
    const started = spawn(
      executablePath,
      [...args, ...patience, ...quiet, `--user-data-dir=${this.profile}`, 'about:blank'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    this.process = started;
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      started.stderr.on('data', (chunk) => {
        said += String(chunk);
        const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
        if (address !== undefined) resolve(address);
      });
      started.on('exit', () => reject(new Error(`the browser ended: ${said.slice(-500)}`)));
    });
    this.connected = await chromium.connectOverCDP(address);
  }

  /** The whole browser dies at once (SIGKILL). */
  async kill(): Promise<void> {
    const { process: running } = this;
    this.process = null;
    if (!running || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
    await this.connected?.close().catch(() => undefined);
    this.connected = null;
    // Else the next one takes the profile for that of a running browser.
    for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie'])
      rmSync(join(this.profile, name), { force: true });
  }

  async close(): Promise<void> {
    await this.kill();
    try {
      rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    } catch {
      // A process of the killed browser still writes there: a folder that is left in the system's temporary one is no finding.
    }
  }
}
