/** All runs of the list as files for a notebook; what writes them loads when one is asked for. */
import { useRuns } from '../../store/runs/runs';
import { Menu } from '../controls/Menu';

export function ExportAll(): React.JSX.Element | null {
  const any = useRuns((state) => state.runs.length > 0);
  if (!any) return null;
  const saveCsv = async (): Promise<void> => {
    const [{ allRunsCsv }, { saveFile }] = await Promise.all([
      import('../../store/results/allRunsCsv'),
      import('../charts/chartFile'),
    ]);
    saveFile('runs.csv', new Blob([allRunsCsv(useRuns.getState().runs)], { type: 'text/csv' }));
  };
  const saveJson = async (): Promise<void> => {
    const [{ runFileText }, { saveFile }] = await Promise.all([import('./saveRun'), import('../charts/chartFile')]);
    const text = `[\n${useRuns.getState().runs.map(runFileText).join(',\n')}\n]\n`;
    saveFile('runs.json', new Blob([text], { type: 'application/json' }));
  };
  return (
    <Menu
      label="Export all runs"
      icon="download"
      align="right"
      items={[
        { label: 'CSV, a line per rollout', action: () => void saveCsv() },
        { label: 'JSON, a run file each', action: () => void saveJson() },
      ]}
    />
  );
}
