import { spawn } from 'node:child_process';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** One command of a test run. */
export interface Step {
  readonly name: string;
  /** A tool's script below node_modules, or a script of ours, and its arguments. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Tests it ran, read from its report; a plain check has none. */
  readonly count?: () => Count;
}

interface Outcome {
  readonly line: string;
  readonly count: Count;
}

/** Runs every step, each even when an earlier one failed, at most `atOnce` at a time in the order given. Steps that run beside
 * others print when they end; one that runs alone prints as it goes. */
export async function runSteps(steps: readonly Step[], atOnce: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < steps.length; index = next++) {
      const step = steps[index];
      if (step) outcomes[index] = await runStep(step, atOnce > 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

/** Prints a line per step and, last, `N passed, N failed`; returns the exit code. */
export function summarise(outcomes: readonly Outcome[]): number {
  console.log(`\n${outcomes.map(({ line }) => line).join('\n')}`);
  const passed = outcomes.reduce((sum, { count }) => sum + count.passed, 0);
  const failed = outcomes.reduce((sum, { count }) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function runStep({ name, command, environment, count }: Step, held: boolean): Promise<Outcome> {
  if (!held) console.log(`\n=== ${name}`);
  const start = Date.now();
  const child = spawn(process.execPath, [...command], {
    stdio: held ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env: { ...process.env, ...environment },
  });
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const status = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  if (held) console.log(`\n=== ${name}\n${Buffer.concat(output).toString().trimEnd()}`);
  const tests = count?.() ?? { passed: 0, failed: 0 };
  // A step that fails without a failed test (a crash, a check) is one failure.
  const broken = status !== 0 && tests.failed === 0 ? 1 : 0;
  const failed = tests.failed + broken;
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  const ran = count ? `, ${tests.passed} passed` : '';
  return {
    line: `${failed === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s${ran})`,
    count: { passed: tests.passed, failed },
  };
}
