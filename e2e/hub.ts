/** A browser for which the stand-in is the hub: its hosts are resolved to this machine, so that the page's own address of the hub, its
 * content security policy, CORS and the redirect to another origin are all as they are outside. */
import { test as base } from './fixtures';
import { selfSigned } from '../scripts/hub/selfSigned';
import { startStandIn, type StandIn } from '../scripts/hub/standIn';
import { tinyRepository } from '../scripts/hub/tinyRepository';

export const REPO = 'Test/Tiny';
/** What a response that is refused on purpose leaves on the console. */
export const refusals = /Failed to load resource/;

export const test = base.extend<object, { hub: StandIn }>({
  hub: [
    async ({ headless: _ }, use) => {
      const hub = await startStandIn({ tls: selfSigned() });
      hub.repositories.set(REPO, tinyRepository());
      await use(hub);
      await hub.close();
    },
    { scope: 'worker' },
  ],
  browser: [
    async ({ playwright, launchOptions, hub }, use) => {
      const port = new URL(hub.endpoint).port;
      const rules = ['huggingface.co', '*.hf.co'].map((host) => `MAP ${host}:443 127.0.0.1:${port}`).join(',');
      const args = [...(launchOptions.args ?? []), `--host-resolver-rules=${rules}`, '--ignore-certificate-errors'];
      const browser = await playwright.chromium.launch({ ...launchOptions, args });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
});
