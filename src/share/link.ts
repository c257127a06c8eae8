/**
 * An experiment as the hash of a link: `#v1.<base64url(deflate-raw(JSON))>`, and back under strict rules.
 * The JSON is `{p, d, r}`: p names a preset, d holds what differs from it by path (recorded edits included), r optionally what came out.
 * Reading never throws, starts nothing and contacts nobody.
 */
import { deflateSync, strFromU8, strToU8 } from 'fflate';
import type { Catalogue } from '../experiment/catalogue';
import { applyDiff, diffExperiment } from '../experiment/diff';
import { parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import { parseBoundedJson } from '../lib/boundedJson';
import { InputError, oneLine } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';
import { fromBase64url, toBase64url } from './base64url';
import { inflateAtMost } from './boundedInflate';
import { frozenBase, frozenPreset } from './frozen';
import { readResult, type LinkResult } from './linkResult';
import { experimentOf, resultOf, type FinishedRun } from './linkRun';

export const MAX_ENCODED = 16 * 1024;
const MAX_INFLATED = 256 * 1024;
/** Of a link's JSON and of an experiment in a file. */
export const experimentLimits = { characters: MAX_INFLATED, depth: 8, keys: 500, items: 20_000, string: 4096 };
const VERSION = 1;

/** What a link is made from: settings without any result, or a run. Curves have no other way in than with the run that they
 * came out of, so that a link cannot pair them with another experiment. */
export type LinkSubject = { readonly preset: string } & (
  { readonly experiment: Experiment; readonly run?: never } | { readonly run: FinishedRun; readonly experiment?: never }
);

/** What a link says; whether the result is the experiment's is for the opener's own run to tell. */
export interface LinkContent {
  readonly experiment: Experiment;
  /** Preset that the link was made from; may be one that this build does not have. */
  readonly preset: string;
  readonly result: LinkResult | null;
}

export interface LinkProblem {
  readonly kind: 'too-long' | 'newer' | 'damaged' | 'refused';
  /** One line for people. */
  readonly message: string;
}

export function encodeLink(subject: LinkSubject): string {
  const base = frozenPreset(subject.preset) ?? frozenBase;
  const experiment = subject.run ? experimentOf(subject.run) : subject.experiment;
  const changes = Object.fromEntries(diffExperiment(base, experiment).map(({ path, value }) => [path, value]));
  const payload = {
    p: subject.preset,
    ...(Object.keys(changes).length ? { d: changes } : {}),
    ...(subject.run ? { r: resultOf(subject.run) } : {}),
  };
  return `#v${VERSION}.${toBase64url(deflateSync(strToU8(JSON.stringify(payload)), { level: 9 }))}`;
}

/** Null: this hash is no link of ours (an anchor, nothing at all). */
export function decodeLink(hash: string, catalogue: Catalogue): Result<LinkContent, LinkProblem> | null {
  const match = /^#v(\d{1,4})\./.exec(hash);
  if (!match) return null;
  const version = Number(match[1]);
  if (version > VERSION)
    return failure({
      kind: 'newer',
      message: 'This link was made by a newer version of the playground; reload the page to get it',
    });
  const encoded = hash.slice(match[0].length);
  if (encoded.length > MAX_ENCODED) return failure({ kind: 'too-long', message: 'This link is too long to be read' });
  const payload = readPayload(encoded);
  if (!payload.ok) return payload;
  const migrate = migrations.get(version);
  return migrate
    ? migrate(payload.value, catalogue)
    : failure({ kind: 'damaged', message: 'This link has no known version' });
}

function readPayload(encoded: string): Result<unknown, LinkProblem> {
  const damaged = failure({
    kind: 'damaged',
    message: 'This link is damaged: perhaps a part of it is missing',
  } as const);
  const deflated = fromBase64url(encoded);
  const inflated = deflated && inflateAtMost(deflated, MAX_INFLATED);
  if (!inflated) return damaged;
  const json = parseBoundedJson(strFromU8(inflated), experimentLimits);
  if (json.ok) return json;
  return json.reason.kind === 'syntax'
    ? damaged
    : failure({ kind: 'refused', message: `This link was refused: ${json.reason.message}` });
}

type Reader = (payload: unknown, catalogue: Catalogue) => Result<LinkContent, LinkProblem>;

/** One reader per version that was ever written; none is ever taken away. */
const migrations: ReadonlyMap<number, Reader> = new Map([[1, readVersion1]]);

function readVersion1(payload: unknown, catalogue: Catalogue): Result<LinkContent, LinkProblem> {
  const refuse = (reason: string) => failure({ kind: 'refused', message: `This link was refused: ${reason}` } as const);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return refuse('it holds no experiment');
  const { p, d = {}, r = null, ...unknown } = payload as Readonly<Record<string, unknown>>;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined) return refuse(`${oneLine(extra, 40)} is not known`);
  if (typeof p !== 'string' || !/^[a-z0-9-]{1,64}$/.test(p)) return refuse('it names no preset');
  if (typeof d !== 'object' || d === null || Array.isArray(d)) return refuse('its changes are not a list of fields');
  try {
    const changes = Object.entries(d).map(([path, value]: [string, unknown]) => ({ path, value }));
    const experiment = parseExperiment(applyDiff(frozenPreset(p) ?? frozenBase, changes), catalogue);
    return success({ experiment, preset: p, result: r === null ? null : readResult(r) });
  } catch (error) {
    if (error instanceof InputError) return refuse(error.message);
    throw error;
  }
}
