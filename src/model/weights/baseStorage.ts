/** How the matrices of weights that do not train are stored. */
import type { TensorType } from '../../kernels/tensor';
import { isTable, type MatrixRegion, type ParameterLayout } from './layout';
import type { NamedWeights } from './tensorImage';

/** As the file has them, or quantised: all matrices to 8 bits, or those of the layers to 4 and embedding and head to 8, since an
 * error of theirs reaches every logit at once. */
export const baseStorages = ['stored', 'q8', 'q4'] as const;
export type BaseStorage = (typeof baseStorages)[number];

/** The type of a matrix where those of the layers have `type`. */
export const typeAmong = (layout: ParameterLayout, matrix: MatrixRegion, type: TensorType): TensorType =>
  type === 'q4' && isTable(layout, matrix) ? 'q8' : type;

/** The type of each matrix: of all tensors that it is made of, float32 where they differ or say nothing. */
export function storageOf(
  layout: ParameterLayout,
  tensors: ReadonlyMap<string, NamedWeights>,
  base: BaseStorage,
): (matrix: MatrixRegion) => TensorType {
  return (matrix) => {
    if (base !== 'stored') return typeAmong(layout, matrix, base);
    const { at: start, length } = matrix;
    const own = layout.tensors.filter((place) => place.at >= start && place.at < start + length);
    const types = new Set(own.map(({ name }) => tensors.get(name)?.stored?.type ?? 'f32'));
    const [only = 'f32'] = types;
    return types.size === 1 ? only : 'f32';
  };
}
