/** What an exported model can be: the page offers it without loading the exporter. */

/** merged: a folder of its own, an adapter added into its weights; adapter: the factors alone, beside the base of the hub. */
export const modelForms = ['merged', 'adapter'] as const;
export type ModelForm = (typeof modelForms)[number];

/** Of the exported weights. */
export const modelDtypes = ['f32', 'f16', 'bf16'] as const;
export type ModelDtype = (typeof modelDtypes)[number];

/** zip: one file; files: each on its own. */
export type ModelPacking = 'zip' | 'files';

/** What the page asks of a run's present weights. */
export interface ModelWish {
  readonly form: ModelForm;
  readonly dtype: ModelDtype;
  readonly packing: ModelPacking;
}

/** One file for the page: its bytes lie where the browser keeps blobs, not in the heap of a script. */
export interface ModelBlob {
  readonly path: string;
  readonly content: Blob;
}

export interface TakenModel {
  /** Rollout steps done. */
  readonly step: number;
  readonly files: readonly ModelBlob[];
}
