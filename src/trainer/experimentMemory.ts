/** What an experiment on a model takes of a device, from config and settings alone: told before anything is downloaded. */
import type { Experiment } from '../experiment/types';
import { formatBytes } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { kernelVariant } from '../kernels/variant';
import { planCapacity } from '../model/batch/planCapacity';
import type { ModelConfig } from '../model/config';
import { describeDecoder } from '../model/description';
import type { FolderHead } from '../model/folder';
import { layoutAdapter } from '../model/adapter/adapterLayout';
import { forecastMemory, planMemory, type Tuning } from '../model/memoryPlan';
import { countParameters } from '../model/parameters';
import { baseStorages } from '../model/weights/baseStorage';
import { shardLimits } from '../model/weights/decoderWeights';
import { createTask, findTask } from '../tasks/parts/registry';
import { adapterConfigOf } from './adapterOf';

/** The part of an experiment that decides it. */
export type MemorySettings = Pick<Experiment, 'adapter' | 'task' | 'batch' | 'sampling' | 'evaluation'>;

export interface Room {
  readonly gpu: Pick<Gpu, 'adapter' | 'limits' | 'products'>;
  /** Bytes that a model may take; null where nobody knows, as in a browser. */
  readonly memoryBytes: number | null;
}

export interface ExperimentMemory {
  readonly parameters: number;
  /** By role; activations and caches for the batch as it stands. */
  readonly roles: Readonly<Record<string, number>>;
  readonly totalBytes: number;
  /** Null where it fits or where nobody knows; else what is too much, with numbers. */
  readonly refusal: string | null;
  /** The next smaller setting that fits, where it does not as it stands. */
  readonly smaller: { readonly name: string; readonly totalBytes: number } | null;
}

/** Sequences that a policy samples at once (model/policyModel.ts). */
const MOST_SEQUENCES = 1024;
/** Answers and batches are not made smaller than this to fit. */
const LEAST_TOKENS = 64;

export function experimentMemory(head: FolderHead, settings: MemorySettings, room: Room): ExperimentMemory {
  const now = forecast(head, settings, room);
  const refusal = refusalOf(now, room);
  const fitting =
    refusal === null
      ? null
      : smallerSettings(settings).find((way) => refusalOf(forecast(head, way.settings, room), room) === null);
  return {
    parameters: countParameters(head.config),
    roles: now.roles,
    totalBytes: now.total,
    refusal,
    smaller: fitting ? { name: fitting.name, totalBytes: forecast(head, fitting.settings, room).total } : null,
  };
}

interface Forecast {
  readonly roles: Readonly<Record<string, number>>;
  readonly total: number;
  readonly largest: { readonly name: string; readonly bytes: number };
}

function forecast({ config, sixteenBit }: FolderHead, settings: MemorySettings, { gpu }: Room): Forecast {
  const { adapter, task: named, batch, sampling, evaluation } = settings;
  const definition = findTask(named.name);
  // rows of a data set may not be here yet: the longest prompt that its definition names
  const task = definition.data ? definition : createTask(named.name, named.params);
  const adapterConfig = adapterConfigOf(adapter);
  const stored = sixteenBit ? 'bf16' : 'f32';
  const base = adapter.base === 'stored' ? stored : adapter.base;
  const tuning: Tuning | null = adapterConfig && { adapter: adapterConfig, base };
  const decoder = describeDecoder(config);
  const variant = kernelVariant(gpu);
  const lowWidth = tuning === null ? 0 : layoutAdapter(decoder, tuning.adapter).lowWidth;
  const [prompt, answer] = [task.maxPromptTokens, sampling.maxNewTokens];
  const answers = batch.promptsPerStep * batch.groupSize;
  const trained = Math.ceil(answers / batch.updatesPerRollout);
  const wish = {
    rows: trained * (prompt + answer),
    headRows: trained * answer,
    leastRows: prompt + answer,
    leastHeadRows: answer,
  };
  const capacity = planCapacity(gpu, config, decoder, variant, lowWidth, {}, wish, null);
  const sampled = Math.max(answers, evaluation.problems * evaluation.samples);
  const sequences = Math.min(MOST_SEQUENCES, sampled);
  const { total, ...roles } = forecastMemory(
    config,
    variant,
    {
      ...capacity,
      microBatches: Math.ceil(wish.rows / capacity.rows),
      sequences,
      newTokens: answer,
      promptRows: Math.min(sequences, batch.promptsPerStep) * (prompt - 1),
      longestPrompt: prompt,
      contextLength: contextOf(config, prompt + answer),
    },
    tuning,
  );
  return { roles, total, largest: planMemory(config, true, tuning).largest };
}

/** Positions of the rotary table: it grows with the longest sequence. */
const contextOf = ({ maxPositions }: ModelConfig, tokens: number): number => Math.min(maxPositions, tokens);

function refusalOf({ total, largest }: Forecast, { gpu, memoryBytes }: Room): string | null {
  const most = shardLimits(gpu).most * 4;
  if (largest.bytes > most)
    return `its ${largest.name} takes one buffer of ${formatBytes(largest.bytes)}, and this device allows ${formatBytes(most)}`;
  if (total <= (memoryBytes ?? Infinity)) return null;
  return `it takes ${formatBytes(total)}, and ${formatBytes(memoryBytes ?? 0)} are there for it`;
}

interface Way {
  readonly name: string;
  readonly settings: MemorySettings;
}

/** Each on top of the one before, the dearest first. */
function smallerSettings(settings: MemorySettings): readonly Way[] {
  const ways: Way[] = [];
  const parts = new Map<'adapter' | 'answers' | 'batch', string>();
  let current = settings;
  const add = (part: 'adapter' | 'answers' | 'batch', words: string, next: MemorySettings): void => {
    parts.set(part, words);
    current = next;
    ways.push({ name: [...parts.values()].join(' and '), settings: next });
  };
  if (current.adapter.rank === 0)
    add('adapter', 'an adapter of rank 16', { ...current, adapter: { ...current.adapter, rank: 16 } });
  for (const base of ['q8', 'q4'] as const)
    if (baseStorages.indexOf(base) > baseStorages.indexOf(current.adapter.base)) {
      const rank = settings.adapter.rank === 0 ? 'an adapter of rank 16 over ' : '';
      add('adapter', `${rank}weights in ${base === 'q8' ? 8 : 4} bits`, {
        ...current,
        adapter: { ...current.adapter, base },
      });
    }
  while (current.sampling.maxNewTokens > LEAST_TOKENS) {
    const maxNewTokens = Math.max(LEAST_TOKENS, Math.ceil(current.sampling.maxNewTokens / 2));
    add('answers', `answers of ${maxNewTokens} tokens`, {
      ...current,
      sampling: { ...current.sampling, maxNewTokens },
    });
  }
  while (current.batch.promptsPerStep > 1) {
    const promptsPerStep = Math.ceil(current.batch.promptsPerStep / 2);
    add('batch', `${promptsPerStep} prompts per step`, { ...current, batch: { ...current.batch, promptsPerStep } });
  }
  return ways;
}
