/** `nsr`: Node's composition root. Progress goes to stderr, the result is JSON on the last line of stdout; exit code
 * 2 = bad input (one line on stderr), 1 = the run failed, 130 = interrupted. */
import { constants } from 'node:os';
import { NoAdapterError } from '../gpu/device';
import { InputError } from '../lib/errors';
import { commonOptions, parseArguments } from './arguments';
import type { Command } from './command';
import { retryOnNextDriver, selectDriver } from './driver';
import { commandHelp, generalHelp } from './help';
import { vulkanDriverNames } from './vulkanDriver';

const loaders = import.meta.glob<Command>('./commands/*.ts', { import: 'command' });
const commands = new Map(
  Object.entries(loaders).map(([path, load]) => [path.slice('./commands/'.length, -'.ts'.length), load]),
);

const interruptedCode = 130;

/** Runs one command line (without node and script); returns the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stderr.write(await generalHelp(commands));
    return name === undefined ? 2 : 0;
  }
  const load = commands.get(name);
  if (load === undefined) throw new InputError('command', name, [...commands.keys()].join(', '));
  const command = await load();
  const args = parseArguments(rest, command.options);
  if (args.flag('help')) {
    process.stderr.write(commandHelp(name, { ...command.options, ...commonOptions }, command.summary));
    return 0;
  }
  const driver = selectDriver(args.choice('adapter', vulkanDriverNames, 'default'));
  const signal = listenForInterrupts(command.interruptible === true);
  try {
    const result = await command.run(args, { progress: (line) => void process.stderr.write(`${line}\n`), signal });
    if (result !== undefined) await print(`${JSON.stringify(result)}\n`);
  } catch (error) {
    if (!(error instanceof NoAdapterError)) throw error;
    return retryOnNextDriver(driver, error);
  }
  return signal.aborted ? interruptedCode : 0;
}

/** The first Ctrl+C asks an interruptible command to stop; any other one ends the process. */
function listenForInterrupts(interruptible: boolean): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (!interruptible || controller.signal.aborted) process.exit(128 + constants.signals[name]);
      process.stderr.write('stopping at the next safe place (once more to stop at once)\n');
      controller.abort();
    });
  }
  return controller.signal;
}

/** Resolves once the text has left the process: what follows is process.exit. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

function report(error: unknown): number {
  if (error instanceof InputError) {
    process.stderr.write(`nsr: ${error.message.replace(/\s+/g, ' ')}\n`);
    return 2;
  }
  const text =
    error instanceof Error ? (process.env.NSR_DEBUG === undefined ? error.message : error.stack) : String(error);
  process.stderr.write(`nsr: failed: ${text}\n`);
  return 1;
}

// A reader that closed the pipe (head) is no failure of ours.
process.stdout.on('error', () => process.exit(0));

let code: number;
try {
  code = await main(process.argv.slice(2));
} catch (error) {
  code = report(error);
}
await new Promise<void>((resolve) => process.stderr.write('', () => resolve()));
// Dawn may hang at a natural exit.
process.exit(code);
