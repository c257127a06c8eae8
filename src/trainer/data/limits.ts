/** What a file of problems may hold. MATH, the largest that was seen here, has 12,500 rows and 10 MB. */
export const dataLimits = {
  bytes: 256 * 1024 * 1024,
  rows: 200_000,
  columns: 64,
  /** Of one cell, characters. */
  cell: 200_000,
  /** Of all cells that are kept, characters. */
  characters: 128 * 1024 * 1024,
} as const;
