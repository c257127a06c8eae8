import type { Arguments, OptionSpec } from './arguments';

/** What main.ts gives a command beside its arguments. */
export interface CommandContext {
  /** One line for people, on stderr. */
  progress(line: string): void;
  /** Aborted by the first Ctrl+C: an interruptible command saves its checkpoint and returns. */
  readonly signal: AbortSignal;
}

/** A subcommand of `nsr`: one file of commands/, found by its name. */
export interface Command {
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Ctrl+C asks it to stop at a safe place, instead of ending the process at once. */
  readonly interruptible?: boolean;
  /** Resolves to the result, printed as JSON on the last line of stdout. */
  run(args: Arguments, context: CommandContext): Promise<unknown>;
}
