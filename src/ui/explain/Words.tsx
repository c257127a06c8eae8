/** Formulas and how to read them, as they stand in the help of charts and fields. */
import { Formula } from '../controls/Formula';
import { chartWords, fieldFormulas } from './formulas';

interface ChartWordsProps {
  /** Of the chart. */
  readonly id: string;
  /** As text, for a chart that has no other. */
  readonly fallback: string | undefined;
}

export function ChartWords({ id, fallback }: ChartWordsProps): React.JSX.Element | null {
  const words = chartWords[id];
  if (!words) return fallback === undefined ? null : <Formula text={fallback} />;
  return (
    <>
      <Formula {...words.formula} />
      <p className="muted">{words.read}</p>
    </>
  );
}

export function FieldFormula({ path }: { readonly path: string }): React.JSX.Element | null {
  const formula = fieldFormulas[path];
  return formula ? <Formula {...formula} /> : null;
}
