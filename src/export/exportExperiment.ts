/** An experiment as a folder that a training framework runs: Python package, configuration, data, README. */
import type { Experiment } from '../experiment/types';
import { formatExperimentFile } from '../share/experimentFile';
import { checkExpressible, type Framework } from './expressible';
import type { ExportFile } from './exportFile';
import { problemFiles } from './problemFiles';
import { pythonSources } from './pythonSources';
import type { TaskRows } from '../tasks/parts/types';
import { exportReadme } from './readme';
import { initialScale } from './scale';
import { trlSettings } from './trlSettings';
import { verlConfig } from './verlConfig';

/**
 * Every file but a shipped base's own, which the caller copies into `model/`. `link`: the page's address of the experiment; `rows`: of
 * its task, where that is made of a data set.
 * Throws `InputError` naming the first field that the framework cannot express.
 */
export function exportExperiment(
  experiment: Experiment,
  framework: Framework,
  link: string,
  rows: TaskRows | null = null,
): readonly ExportFile[] {
  checkExpressible(experiment, framework);
  const problems = problemFiles(experiment, rows);
  const scale = initialScale(experiment, problems.maxPromptTokens);
  return [
    { path: 'README.md', content: exportReadme({ experiment, link }, framework) },
    { path: 'experiment.json', content: formatExperimentFile(experiment) },
    configuration(experiment, framework, scale),
    ...pythonSources(framework),
    ...problems.files,
  ];
}

function configuration(
  experiment: Experiment,
  framework: Framework,
  scale: ReturnType<typeof initialScale>,
): ExportFile {
  switch (framework) {
    case 'verl':
      return { path: 'nsr_verl.yaml', content: verlConfig(experiment, scale) };
    case 'trl':
      return { path: 'settings.py', content: trlSettings(experiment, scale) };
    default:
      return framework satisfies never;
  }
}
