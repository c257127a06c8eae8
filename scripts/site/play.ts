import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { serve } from './staticServer.ts';

/** `npm run play [-- --port N --no-open]`: builds the page, serves it on this machine only and opens it. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, 'no-open': { type: 'boolean' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port: ${values.port} is not allowed; allowed: 0 to 65535 (0 takes a free one)`);
  process.exit(2);
}
const mayOpen = values['no-open'] !== true && hasDisplay();

await build({ logLevel: 'warn' });
const { server, address } = await serve('dist', port);
console.log(`\nNSR Playground: ${address}  (Ctrl+C ends it)`);
if (mayOpen) {
  open(address);
} else {
  console.log(`There is no display to open it on. The same engine runs in the terminal:\n
  npm run -s nsr -- train --experiment nsr --out runs/first`);
}
process.on('SIGINT', () => server.close(() => process.exit(0)));

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return process.env.CI === undefined;
  return process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
}

/** Hands the address to the desktop; when nothing takes it the address is on the screen anyway. */
function open(url: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => console.log('Open this address in Chrome, Edge or another browser with WebGPU.'))
    .unref();
}
