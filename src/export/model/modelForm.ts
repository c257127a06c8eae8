/** merged: a folder of its own, an adapter added into its weights; adapter: the factors alone, beside the base of the hub. */
export const modelForms = ['merged', 'adapter'] as const;
export type ModelForm = (typeof modelForms)[number];
