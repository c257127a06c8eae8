/** One file of an export: text, or the parts of a large one in order. */
export interface ExportFile {
  /** Inside the exported folder, with forward slashes. */
  readonly path: string;
  readonly content: string | Uint8Array;
}
