/** Untrusted JSON -> Experiment. */
import { InputError } from '../lib/errors';
import type { Catalogue } from './catalogue';
import { fields, findField } from './fields';
import type { FieldSpec } from './fieldSpec';
import { withField } from './paths';
import {
  isRecord,
  readBoolean,
  readChoice,
  readConfidence,
  readNumber,
  readOwnParams,
  readRecord,
  readScheduled,
  readText,
  type PlainRecord,
} from './readers';
import type { Experiment, ExperimentEdit } from './types';

/** Branches of the experiment that hold fields, not values: 'task', 'sampling', ... */
const branches = new Set(fields.flatMap(({ path }) => (path.includes('.') ? [path.slice(0, path.indexOf('.'))] : [])));

const maxDepth = 8;
const maxEdits = 10_000;

/** Given values by field path. Throws on a key that is no field. */
function givenValues(json: PlainRecord): Map<string, unknown> {
  const given = new Map<string, unknown>();
  const topKeys = fields.map(({ path }) => path.split('.')[0] ?? path);
  const top = readRecord(json, '', [...new Set(['version', ...topKeys, 'edits'])]);
  for (const [key, value] of Object.entries(top)) {
    if (!branches.has(key)) {
      given.set(key, value);
      continue;
    }
    const known = fields.flatMap(({ path }) => (path.startsWith(`${key}.`) ? [path.slice(key.length + 1)] : []));
    for (const [name, inner] of Object.entries(readRecord(value, key, known))) given.set(`${key}.${name}`, inner);
  }
  return given;
}

/** Refuses nesting that no experiment needs, before anything walks it. */
function checkDepth(value: unknown, depth = 0): void {
  if (depth > maxDepth) throw new InputError('experiment', 'deep nesting', `at most ${maxDepth} levels`);
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) checkDepth(inner, depth + 1);
}

/** Valid value of one field. `context` holds the algorithm and the task that own parameters belong to. */
function readField(
  value: unknown,
  field: FieldSpec,
  catalogue: Catalogue,
  context: { readonly algorithm: string; readonly task: string },
): unknown {
  const { path } = field;
  switch (field.kind) {
    case 'number':
    case 'integer':
      return readNumber(value, path, field, field.kind === 'integer');
    case 'optional-number':
    case 'optional-integer':
      return value === null ? null : readNumber(value, path, field, field.kind === 'optional-integer');
    case 'scheduled':
      return readScheduled(value, path, field, catalogue.schedules);
    case 'boolean':
      return readBoolean(value, path);
    case 'choice':
      return readChoice(
        value,
        path,
        field.options.map((option) => option.value),
      );
    case 'text':
      return readText(value, path, field.pattern, field.allowed);
    case 'algorithm':
      return readChoice(
        value,
        path,
        catalogue.algorithms.map(({ id }) => id),
      );
    case 'task':
      return readChoice(
        value,
        path,
        catalogue.tasks.map(({ name }) => name),
      );
    case 'algorithm-params':
      return readOwnParams(value, path, catalogue.algorithms.find(({ id }) => id === context.algorithm)?.params ?? []);
    case 'task-params':
      return readOwnParams(value, path, catalogue.tasks.find(({ name }) => name === context.task)?.params ?? []);
    case 'confidence':
      return readConfidence(value, path, catalogue.mappings);
    default:
      return field satisfies never;
  }
}

/** Rules between fields. */
function checkTogether(experiment: Experiment): Experiment {
  const { promptsPerStep, groupSize, updatesPerRollout } = experiment.batch;
  if (updatesPerRollout > promptsPerStep)
    throw new InputError(
      'batch.updatesPerRollout',
      updatesPerRollout,
      `at most batch.promptsPerStep (${promptsPerStep}): a mini-batch holds whole groups`,
    );
  if (promptsPerStep * groupSize > 2 ** 18)
    throw new InputError(
      'batch.groupSize',
      groupSize,
      `at most ${2 ** 18} answers per rollout batch, here ${promptsPerStep * groupSize}`,
    );
  return experiment;
}

/** Every field from its default, by the schema alone. */
export const defaultExperiment: Experiment = (() => {
  const empty = {
    version: 1,
    adapter: {},
    task: {},
    prompt: {},
    sampling: {},
    batch: {},
    objective: {},
    optimizer: {},
    evaluation: {},
    edits: [],
  };
  return fields.reduce(
    (experiment, field) => withField(experiment, field.path, field.default),
    empty as unknown as Experiment,
  );
})();

function readEdits(value: unknown, experiment: Experiment, catalogue: Catalogue): ExperimentEdit[] {
  if (!Array.isArray(value) || value.length > maxEdits)
    throw new InputError('edits', value, `a list of at most ${maxEdits} edits {step, path, value}`);
  const context = { algorithm: experiment.objective.algorithm, task: experiment.task.name };
  let earliest = 0;
  let edited = experiment;
  return value.map((entry: unknown, index) => {
    const name = `edits.${index}`;
    const edit = readRecord(entry, name, ['step', 'path', 'value']);
    const step = readNumber(edit['step'], `${name}.step`, { min: earliest, max: experiment.steps }, true);
    const path = edit['path'];
    const field = typeof path === 'string' ? findField(path) : null;
    if (field === null || field.acts !== 'next-rollout')
      throw new InputError(`${name}.path`, path, 'a field that acts at the next rollout');
    earliest = step;
    const valid = { step, path: field.path, value: readField(edit['value'], field, catalogue, context) };
    edited = checkTogether(withField(edited, valid.path, valid.value));
    return valid;
  });
}

/**
 * Reads an experiment from untrusted data into a fresh object. Fields left out take their defaults; an unknown key, a wrong
 * type, a number that is not finite or out of range, or a newer version is an `InputError` naming field, value and what is allowed.
 */
export function parseExperiment(json: unknown, catalogue: Catalogue): Experiment {
  if (!isRecord(json)) throw new InputError('experiment', json, 'an object');
  checkDepth(json);
  const given = givenValues(json);
  const version = given.get('version') ?? 1;
  if (version !== 1) throw new InputError('version', version, '1 (a newer one needs a newer playground)');
  const algorithm = given.get('objective.algorithm') ?? defaultExperiment.objective.algorithm;
  const task = given.get('task.name') ?? defaultExperiment.task.name;
  // A value of another type names no entry here, and is refused as a field below.
  const context = {
    algorithm: typeof algorithm === 'string' ? algorithm : '',
    task: typeof task === 'string' ? task : '',
  };
  const experiment = fields.reduce((experiment, field) => {
    const value = given.has(field.path) ? given.get(field.path) : defaultOf(field, given);
    return withField(experiment, field.path, readField(value, field, catalogue, context));
  }, defaultExperiment);
  checkTogether(experiment);
  return { ...experiment, edits: readEdits(given.get('edits') ?? [], experiment, catalogue) };
}

/** A field's default; parameters of a task other than the default one begin empty. */
function defaultOf(field: FieldSpec, given: ReadonlyMap<string, unknown>): unknown {
  return field.kind === 'task-params' && given.has('task.name') ? {} : field.default;
}
