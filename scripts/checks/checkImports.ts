import { checkHiddenImports, checkImports } from './imports';

const root = process.cwd();
const reports = [checkImports(root), checkHiddenImports(root)];
for (const violation of reports.flatMap((report) => report.violations)) console.error(violation);
console.log(`${reports.map((report) => report.modules).join(' and ')} modules looked at`);
const broken = reports.some((report) => report.modules === 0 || report.violations.length > 0);
process.exit(broken ? 1 : 0);
