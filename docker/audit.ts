/**
 * `npm run audit` asks the registry for known vulnerabilities of what runs in production. Ends with 1 where there are any, and
 * with 0 and a line that says so where the registry gives no answer, as mirrors without that service do.
 */
import { spawnSync } from 'node:child_process';

interface Report {
  auditReportVersion?: number;
  vulnerabilities?: Record<string, { severity: string; range: string }>;
  /** Why there is no report, where the registry is the cause. */
  message?: string;
  error?: { summary: string };
}

const { stdout, stderr, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
if (error !== undefined) throw error;
const report: Report = JSON.parse(stdout);

if (report.auditReportVersion === undefined && report.message !== undefined) {
  say(`the registry gave no answer, nothing was checked (${report.message})`);
} else if (report.auditReportVersion === undefined || report.vulnerabilities === undefined) {
  fail(`failed: ${report.error?.summary ?? stderr}`);
} else {
  const vulnerable = Object.entries(report.vulnerabilities);
  for (const [name, { severity, range }] of vulnerable) fail(`${name} ${range} is vulnerable: ${severity}`);
  if (vulnerable.length === 0) say('no known vulnerability');
}

function fail(line: string): void {
  process.exitCode = 1;
  say(line);
}

function say(line: string): void {
  process.stdout.write(`npm audit: ${line}\n`);
}
