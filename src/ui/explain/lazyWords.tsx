/** The words behind the question marks, loaded when the page is idle or one is pressed. */
import { lazy, Suspense } from 'react';
import type * as words from './Words';

export const loadWords = (): Promise<typeof words> => import('./Words');

const LoadedChartWords = lazy(() => loadWords().then(({ ChartWords }) => ({ default: ChartWords })));
const LoadedFieldFormula = lazy(() => loadWords().then(({ FieldFormula }) => ({ default: FieldFormula })));

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
