/** JSON from outside, read under bounds on its size and shape, so that nothing that reads it afterwards can be made to
 * recurse too deeply or to take too long. */
import { failure, success, type Result } from './result';

export interface JsonLimits {
  /** Of the whole text, characters. */
  readonly characters: number;
  /** Objects and lists within one another. */
  readonly depth: number;
  /** Of all objects together. */
  readonly keys: number;
  /** Of all lists together. */
  readonly items: number;
  /** Longest string, characters. */
  readonly string: number;
}

export interface JsonProblem {
  /** `syntax`: it is no JSON at all; `excess`: it is more than the limits allow. */
  readonly kind: 'syntax' | 'excess';
  /** What is wrong, to follow "because" or a colon. */
  readonly message: string;
}

/** What could reach into an object's prototype. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/** The parsed text, or why not. `plainKeys`: also refuses keys that could reach into a prototype; readers that take keys
 * as data (tensor names) leave it off. */
export function parseBoundedJson(
  text: string,
  limits: JsonLimits,
  { plainKeys = true }: { readonly plainKeys?: boolean } = {},
): Result<unknown, JsonProblem> {
  const excess = (message: string) => failure({ kind: 'excess', message } as const);
  if (text.length > limits.characters) return excess(`it is longer than ${limits.characters} characters`);
  // Before parsing, which takes long for a text of nothing but brackets.
  if (nestsDeeper(text, limits.depth)) return excess('it is nested too deeply');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failure({ kind: 'syntax', message: 'it is not JSON' });
  }
  const problem = findExcess(json, limits, plainKeys);
  return problem === null ? success(json) : excess(problem);
}

function nestsDeeper(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c /* \ */) index++;
      else if (code === 0x22 /* " */) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b /* [ */ || code === 0x7b /* { */) {
      if (++depth > most) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** What is wrong, or null when nothing is. Recurses no deeper than `nestsDeeper` let through. */
function findExcess(json: unknown, limits: JsonLimits, plainKeys: boolean): string | null {
  let keys = 0;
  let items = 0;
  const visit = (value: unknown): string | null => {
    if (typeof value === 'string') return value.length > limits.string ? 'a text in it is too long' : null;
    if (typeof value === 'number') return Number.isFinite(value) ? null : 'a number in it is not finite';
    if (typeof value !== 'object' || value === null) return null;
    if (Array.isArray(value)) {
      items += value.length;
      if (items > limits.items) return 'its lists are too long';
    } else {
      const own = Object.keys(value);
      keys += own.length;
      if (keys > limits.keys) return 'it has too many keys';
      if (plainKeys && own.some((key) => forbidden.has(key))) return 'it has a forbidden key';
    }
    for (const entry of Object.values(value)) {
      const problem = visit(entry);
      if (problem !== null) return problem;
    }
    return null;
  };
  return visit(json);
}
