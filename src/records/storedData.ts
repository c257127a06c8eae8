/** What the page shows of rows that are stored. */
export interface StoredData {
  readonly fingerprint: string;
  /** The task that they were chosen for. */
  readonly task: string;
  /** Of the files. */
  readonly label: string;
  readonly train: number;
  readonly heldOut: number;
}
