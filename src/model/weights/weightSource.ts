/** What the dispatches ask of a decoder's weights: they do not know whether these train, how they are stored, or in how many buffers. */
import type { BufferSlice } from '../../gpu/plan';
import type { Factor } from '../../kernels/gemm';
import type { TensorWindow } from '../../kernels/tensor';
import type { FoldedRegion, MatrixRegion, ParameterLayout, Region } from './layout';
import type { FactorPiece } from './pieces';
import type { NamedWeights } from './tensorImage';

export interface WeightSource {
  readonly layout: ParameterLayout;
  /** The embedding, by runs of tokens. */
  embedding(): readonly TensorWindow[];
  /** Norm gains or biases, as float32. */
  vector(region: Region): BufferSlice;
  /** Factors of y = x W^T for W = `region`, with the gains of the norm in front of it: one, or where the matrix lies in several
   * buffers one for each run of y's columns. */
  forwardFactors(region: FoldedRegion): readonly FactorPiece[];
  /** Factors of d x = d y W: one, or one for each run of d y's columns. */
  backwardFactors(region: MatrixRegion): readonly FactorPiece[];
  /** The same of the head, for each window of the vocabulary (kernels/vocabulary.ts). */
  forwardHead(): readonly Factor[];
  backwardHead(): readonly Factor[];
  /** Replaces all weights by these tensors. Throws `InputError` naming a tensor that is missing. */
  upload(tensors: ReadonlyMap<string, NamedWeights>): Promise<void>;
}
