/** Reads fixtures/oracle for tests: model folders, expected tensors, and the mini-batch with its loss weights. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOracleCase, type OracleCase } from '../cli/oracleCase';
import { weighBatch, type WeighedBatch } from '../objective/weighBatch';
import type { ModelSource } from './folder';
import { readSafetensorsHeader, readTensor } from './safetensors';

const root = join(import.meta.dirname, '../../fixtures/oracle');

/** One numbered folder of fixtures/oracle, read and weighed as `nsr grad` does it. */
export interface Oracle extends OracleCase {
  readonly name: string;
  readonly weighed: WeighedBatch;
}

export function oracleFolder(name: string): ModelSource {
  const file = (path: string) => join(root, name, path);
  return {
    name,
    exists: (path) => Promise.resolve(readdirSync(join(root, name)).includes(path)),
    readText: (path) => Promise.resolve(readFileSync(file(path), 'utf8')),
    readBytes: (path) => Promise.resolve(new Uint8Array(readFileSync(file(path)))),
  };
}

/** The tensors that a case expects; `has` tells which there are. */
export function expectedTensors(name: string): { has(tensor: string): boolean; read(tensor: string): Float32Array } {
  const path = join(root, name, 'expected.safetensors');
  const bytes = new Uint8Array(readFileSync(path));
  const header = readSafetensorsHeader(bytes, path);
  return { has: (tensor) => header.tensors.has(tensor), read: (tensor) => readTensor(bytes, header, tensor, path) };
}

export const forwardNames: readonly string[] = readdirSync(join(root, 'forward'));

export function forwardTokens(name: string): number[][] {
  const text = readFileSync(join(root, 'forward', name, 'tokens.json'), 'utf8');
  return (JSON.parse(text) as { tokens: number[][] }).tokens;
}

export function oracleCases(): Oracle[] {
  const names = readdirSync(root).filter((name) => /^\d\d-/.test(name));
  return names.map((name) => {
    const oracle = readOracleCase(join(root, name));
    return { ...oracle, name, weighed: weighBatch(oracle.experiment, oracle.moment, oracle.rollouts) };
  });
}

/** [name, case] rows for `it.each`; with `perArchitecture` the first case of each architecture only. */
export function oracleRows(perArchitecture = false): (readonly [string, Oracle])[] {
  const seen = new Set<string>();
  return oracleCases().flatMap((oracle) => {
    const architecture = oracle.name.split('-').at(-1) ?? '';
    if (perArchitecture && seen.has(architecture)) return [];
    seen.add(architecture);
    return [[oracle.name, oracle] as const];
  });
}

/** Rows laid side by side at the length of the longest, zeros behind, as the expected tensors are. */
export function padRows(rows: readonly Float32Array[]): Float32Array {
  const longest = Math.max(...rows.map((row) => row.length));
  const out = new Float32Array(rows.length * longest);
  rows.forEach((row, i) => {
    out.set(row, i * longest);
  });
  return out;
}
