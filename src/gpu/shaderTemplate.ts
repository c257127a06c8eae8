/**
 * A small text preprocessor for WGSL, so that kernels can be unrolled and specialised by text: a register array
 * indexed by a variable leaves the registers, and a loop bound known to the compiler is worth a factor of two.
 *
 * Directives stand alone on a line:
 *   //#include lib/philox.wgsl
 *   //#if EXPR   //#else   //#end
 *   //#for NAME in FROM..TO   (TO exclusive)   //#end
 * and `${EXPR}` is replaced anywhere. An EXPR is integer arithmetic over the given constants
 * (+ - * / % comparisons && || ! ?: and parentheses); a lone name may also stand for text.
 */
import { evaluateExpression, type TemplateConstants } from './templateExpression';

export type { TemplateConstants } from './templateExpression';
export type ShaderSources = ReadonlyMap<string, string>;

const directive = /^\s*\/\/#(include|if|else|end|for)\b\s*(.*?)\s*$/;

interface Block {
  /** Index of the matching `//#else` (or -1) and `//#end`. */
  readonly elseLine: number;
  readonly endLine: number;
}

/** Expands `name` from `sources` with `constants`; throws an Error that names file and line on any mistake. */
export function expandShader(name: string, sources: ShaderSources, constants: TemplateConstants): string {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`no shader named ${name}; known: ${[...sources.keys()].join(', ')}`);
  const lines = source.split('\n');
  const output: string[] = [];
  expandLines(name, lines, 0, lines.length, constants, sources, output);
  return output.join('\n');
}

function expandLines(
  name: string,
  lines: readonly string[],
  from: number,
  to: number,
  constants: TemplateConstants,
  sources: ShaderSources,
  output: string[],
): void {
  for (let index = from; index < to; index++) {
    const line = lines[index] ?? '';
    const match = directive.exec(line);
    try {
      if (!match) {
        output.push(substitute(line, constants));
        continue;
      }
      const argument = match[2] ?? '';
      switch (match[1]) {
        case 'include':
          output.push(expandShader(argument, sources, constants));
          break;
        case 'if': {
          const block = findBlock(lines, index, to);
          const holds = Number(evaluateExpression(argument, constants)) !== 0;
          const elseOrEnd = block.elseLine < 0 ? block.endLine : block.elseLine;
          if (holds) expandLines(name, lines, index + 1, elseOrEnd, constants, sources, output);
          else if (block.elseLine >= 0)
            expandLines(name, lines, block.elseLine + 1, block.endLine, constants, sources, output);
          index = block.endLine;
          break;
        }
        case 'for': {
          const block = findBlock(lines, index, to);
          const loop = /^(\w+)\s+in\s+(.+?)\.\.(.+)$/.exec(argument);
          if (!loop?.[1] || !loop[2] || !loop[3]) throw new Error(`cannot read the loop '${argument}'`);
          const end = Number(evaluateExpression(loop[3], constants));
          for (let value = Number(evaluateExpression(loop[2], constants)); value < end; value++) {
            expandLines(name, lines, index + 1, block.endLine, { ...constants, [loop[1]]: value }, sources, output);
          }
          index = block.endLine;
          break;
        }
        default:
          throw new Error(`unexpected //#${match[1] ?? ''}`);
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw message.startsWith('shader ') ? error : new Error(`shader ${name} line ${String(index + 1)}: ${message}`);
    }
  }
}

function findBlock(lines: readonly string[], start: number, limit: number): Block {
  let depth = 0;
  let elseLine = -1;
  for (let index = start; index < limit; index++) {
    const kind = directive.exec(lines[index] ?? '')?.[1];
    if (kind === 'if' || kind === 'for') depth++;
    else if (kind === 'else' && depth === 1) elseLine = index;
    else if (kind === 'end' && --depth === 0) return { elseLine, endLine: index };
  }
  throw new Error('//#if or //#for without //#end');
}

function substitute(line: string, constants: TemplateConstants): string {
  return line.replace(/\$\{([^}]*)\}/g, (_, expression: string) => String(evaluateExpression(expression, constants)));
}
