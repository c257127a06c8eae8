import type { AlgorithmDefinition } from '../../src/algorithms/parts/types.ts';
import type { Catalogue } from '../../src/experiment/catalogue.ts';
import type { CurveExample, CurveKind } from '../../src/experiment/curveKind.ts';
import type { ParamSpec } from '../../src/experiment/paramSpec.ts';
import type { TaskDefinition } from '../../src/tasks/parts/types.ts';

/** What docs/catalogue.md is made of: the registries. */
export interface CatalogueParts {
  readonly algorithms: readonly AlgorithmDefinition[];
  readonly schedules: readonly CurveKind[];
  readonly mappings: readonly CurveKind[];
  readonly tasks: readonly TaskDefinition[];
  readonly presets: Catalogue['presets'];
}

/** docs/catalogue.md as Markdown, not yet laid out by Prettier. */
export function cataloguePage({ algorithms, schedules, mappings, tasks, presets }: CatalogueParts): string {
  return [
    '# Catalogue',
    'Everything that an experiment can name, with its parameters and with values that the tests hold it to. Made from the definitions by `npm run catalogue`; do not edit. The formulas are derived in [algorithms.md](algorithms.md).',
    '## Algorithms',
    'Values are advantages in a group of answers, at λ = β = 1 where they matter.',
    ...algorithms.flatMap(algorithmSection),
    '## Schedules',
    'Values over 140 planned steps.',
    ...schedules.flatMap((definition) => curveSection(definition, 'step')),
    '## Confidence mappings',
    'Weight of a mistake by how sure the model was of it.',
    ...mappings.flatMap((definition) => curveSection(definition, 'confidence')),
    '## Tasks',
    ...tasks.flatMap(taskSection),
    '## Presets',
    table(
      ['preset', 'group', 'algorithm', 'what it is'],
      presets.map(({ id, group, experiment, help }) => [code(id), group, code(experiment.objective.algorithm), help]),
    ),
    '',
  ].join('\n\n');
}

function algorithmSection(definition: AlgorithmDefinition): string[] {
  const { id, label, help, formula, source, deviations, params, defaults, examples, critic } = definition;
  return [
    `### ${label}: ${code(id)}`,
    `${help} Source: ${source}.${deviations === '' ? '' : ` Departs from it: ${deviations}`}${critic !== null ? ' Needs a critic.' : ''}`,
    code(formula.text),
    `Sets ${list(Object.entries(defaults).map(([key, value]) => `${key} ${code(JSON.stringify(value))}`))}.`,
    ...paramsTable(params),
    ...(examples.length === 0
      ? []
      : [
          table(
            ['answers', 'right', 'advantage of a right one', 'of a wrong one'],
            examples.map((row) => [row.groupSize, row.right, row.advantageOfRight ?? '-', row.advantageOfWrong ?? '-']),
          ),
        ]),
  ];
}

function curveSection({ kind, label, help, formula, params, examples }: CurveKind, x: string): string[] {
  const points = ({ points: through, accuracies }: CurveExample): string =>
    list(through.map(([at, value]) => `${x} ${at}: ${value}`)) +
    (accuracies ? ` (accuracies ${accuracies.join(', ')})` : '');
  return [
    `### ${label}: ${code(kind)}`,
    help,
    code(formula.text),
    ...paramsTable(params),
    ...examples.map((example) => `- ${code(JSON.stringify({ kind, ...example.params }))}: ${points(example)}`),
  ];
}

function taskSection({ name, label, help, params, examples }: TaskDefinition): string[] {
  return [
    `### ${label}: ${code(name)}`,
    help,
    ...paramsTable(params),
    table(
      ['prompt', 'answer', 'reward', 'verdict'],
      examples.map(({ prompt, answer, reward, reason }) => [code(prompt), code(answer), reward, reason]),
    ),
  ];
}

function paramsTable(params: readonly ParamSpec[]): string[] {
  if (params.length === 0) return [];
  const rows = params.map((param) => [
    code(param.key),
    allowed(param),
    code(JSON.stringify(param.default)),
    param.help,
  ]);
  return [table(['parameter', 'allowed', 'default', 'what it does'], rows)];
}

function allowed(param: ParamSpec): string {
  switch (param.kind) {
    case 'number':
    case 'integer':
      if (param.role === 'value') return 'as its field';
      return `${param.min} to ${param.max}${param.unit === '' ? '' : ` ${param.unit}`}${param.optional ? ', or left out' : ''}`;
    case 'choice':
      return list(param.options.map(({ value }) => code(String(value))));
    case 'boolean':
      return 'true, false';
    case 'text':
      return param.allowed;
    case 'knots':
      return 'knots [x, y, easing]';
    default:
      return param satisfies never;
  }
}

const list = (words: readonly string[]): string => words.join(', ');

/** A table's cell has one line: ↵ stands for a line break. */
const code = (text: string): string => (text === '' ? '(empty)' : `\`${text.replaceAll('\n', '↵')}\``);

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
