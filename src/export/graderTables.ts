/** The grader's tables as a Python module: the port in python/nsr/grader reads the very words that src/verify reads. */
import { characters } from '../verify/characters';
import { samples } from '../verify/sampled';
import * as symbols from '../verify/symbols';
import { units } from '../verify/units';
import type { ExportFile } from './exportFile';
import { pythonLiteral } from './literals';

const maps = {
  ANGLE_FUNCTIONS: symbols.angleFunctions,
  ACCENT_COMMANDS: symbols.accentCommands,
  CHARACTERS: characters,
  COMMAND_SYMBOLS: symbols.commandSymbols,
  FUNCTIONS: symbols.functions,
  GREEK_LETTERS: symbols.greekLetters,
  IGNORED_COMMANDS: symbols.ignoredCommands,
  INVERSES: symbols.inverses,
  KNOWN_COMMANDS: symbols.knownCommands,
  NUMBER_WORDS: symbols.numberWords,
  STYLE_COMMANDS: symbols.styleCommands,
  TEXT_COMMANDS: symbols.textCommands,
  UNITS: units,
} as const satisfies Record<string, ReadonlyMap<string, unknown> | ReadonlySet<string>>;

export function graderTables(): ExportFile {
  const lines = Object.entries(maps).map(([name, table]) =>
    table instanceof Map
      ? `${name} = ${pythonLiteral(Object.fromEntries<unknown>(table))}`
      : `${name} = frozenset(${pythonLiteral([...table.keys()])})`,
  );
  return {
    path: 'nsr/grader/tables.py',
    content: `"""What words, commands and characters mean. Written by the exporter; data only."""\n\n${lines.join('\n')}\nSAMPLES = ${pythonLiteral(samples)}\n`,
  };
}
