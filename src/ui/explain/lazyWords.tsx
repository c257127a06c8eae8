/** The words behind the question marks, loaded when the page is idle or one is pressed. */
import { Suspense } from 'react';
import { lazyPart } from '../controls/lazyPart';
import type * as words from './Words';

export const loadWords = (): Promise<typeof words> => import('./Words');

const LoadedChartWords = lazyPart(() => loadWords().then((file) => file.ChartWords));
const LoadedFieldFormula = lazyPart(() => loadWords().then((file) => file.FieldFormula));

interface LazyChartWordsProps {
  readonly id: string;
  readonly fallback?: string | undefined;
}

export function LazyChartWords({ id, fallback }: LazyChartWordsProps): React.JSX.Element {
  return (
    <Suspense fallback={null}>
      <LoadedChartWords id={id} fallback={fallback} />
    </Suspense>
  );
}

export function LazyFieldFormula({ path }: { readonly path: string }): React.JSX.Element {
  return (
    <Suspense fallback={null}>
      <LoadedFieldFormula path={path} />
    </Suspense>
  );
}
