/** Single-key shortcuts: off inside inputs, and off altogether when switched off in the help sheet (WCAG 2.1.4). */
import { useEffect } from 'react';
import { isBusy } from '../../store/run/phases';
import { useRuns } from '../../store/runs/runs';
import { idsOf, legendSeries } from '../../store/runs/series';
import { useSession } from '../../store/session';
import { toggleSolo } from '../../store/runs/visibility';
import { useApp } from '../appContext';

const typing = 'input, textarea, select, [contenteditable]';

export function useShortcuts(onHelp: () => void): void {
  const { training, experiments } = useApp();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      const inText = target?.matches('input:not([type=range]):not([type=checkbox]), textarea') ?? false;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !inText) {
        event.preventDefault();
        const history = experiments.temporal.getState();
        if (event.shiftKey) history.redo();
        else history.undo();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || !useSession.getState().shortcuts || target?.closest(typing))
        return;
      // Space belongs to a control that has the focus.
      if (event.key === ' ' && target?.closest('button, a, [role=tab], summary')) return;
      const run = (action: () => void): void => {
        event.preventDefault();
        action();
      };
      const { runs, activeId, patchAll, unavailable } = useRuns.getState();
      const active = runs.find((candidate) => candidate.id === activeId);
      const busy = active !== undefined && isBusy(active.status.phase);
      if (event.key === ' ' && !unavailable) run(busy ? training.pause : training.train);
      else if (event.key === '.' && !unavailable) run(training.step);
      else if (event.key.toLowerCase() === 'r') run(training.restart);
      else if (event.key.toLowerCase() === 'l')
        run(() => useSession.getState().set({ logY: !useSession.getState().logY }));
      else if (event.key.toLowerCase() === 's')
        run(() => document.querySelector<HTMLButtonElement>('button[aria-label="Share"]')?.click());
      else if (event.key === '?') run(onHelp);
      else {
        // With Shift the key is a sign that depends on the keyboard; the code does not.
        const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
        const chosen = digit === undefined ? undefined : legendSeries(runs)[Number(digit) - 1];
        if (chosen && event.shiftKey) run(() => toggleSolo(chosen));
        else if (chosen) run(() => patchAll(idsOf(chosen), { visible: !chosen.visible }));
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [training, experiments, onHelp]);
}
