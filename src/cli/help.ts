import type { OptionSpec } from './arguments';
import type { Command } from './command';

/** All commands, one line each. */
export async function generalHelp(commands: ReadonlyMap<string, () => Promise<Command>>): Promise<string> {
  const lines = await Promise.all(
    [...commands].map(async ([name, load]) => `  ${name.padEnd(9)}${(await load()).summary}`),
  );
  return `nsr COMMAND [OPTIONS]   (npm run -s nsr -- COMMAND)\n\n${lines.join('\n')}\n\nnsr COMMAND --help shows a command's options.\n`;
}

/** A command's options. */
export function commandHelp(name: string, options: Readonly<Record<string, OptionSpec>>, summary: string): string {
  const lines = Object.entries(options).map(([option, { value, help }]) => {
    const written = value === undefined ? `--${option}` : `--${option} ${value}`;
    return `  ${written.padEnd(26)}${help}`;
  });
  return `nsr ${name}: ${summary}\n\n${lines.join('\n')}\n`;
}
