/** One prepared benchmark of the contract: built once, repeated, asked for its last answer, freed. */
export interface BenchJob {
  /** The part's answer, computed while preparing. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** Resolves when the GPU is idle again. */
  round(repetitions: number): Promise<void>;
  /** About the last timed work. */
  verify(): Promise<Readonly<Record<string, unknown>>>;
  dispose(): void;
}
