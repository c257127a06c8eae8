/** What training gave beyond cooling the untrained base, in one line: the run in front in full, the others beside it. */
import { beyondWords, shortBeyond } from '../../store/cooling/beyond';
import type { SeriesBeyond } from './useBeyond';

export function BeyondCooling({ all }: { readonly all: readonly SeriesBeyond[] }): React.JSX.Element | null {
  const [first, ...others] = all;
  if (!first) return null;
  return (
    <p className="chart-foot" data-beyond="">
      {others.length > 0 && <b>{first.name}: </b>}
      {beyondWords(first.beyond)}
      {others.length > 0 &&
        ` Beyond cooling: ${others.map(({ name, beyond }) => `${name} ${shortBeyond(beyond)}`).join('; ')}.`}
    </p>
  );
}
