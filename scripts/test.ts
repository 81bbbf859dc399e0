/** Runs every suite and ends with one plain line of counts. Fails when a test was skipped: a suite that cannot run here is a failure. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

// What the browser is shown has to be what is there.
await import('./build-dashboard.ts');
if (process.exitCode) process.exit();

const folder = mkdtempSync(join(tmpdir(), 'claviger-test-'));
const file = join(folder, 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
const { status } = spawnSync('vitest', ['run', ...reporters, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
const report = readReport();
rmSync(folder, { recursive: true });

const skipped = report.numPendingTests;
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`);
if (skipped > 0)
  console.error('A skipped test is a failed one: it says nothing about what it was written for.');
process.exitCode = status === 0 && report.success && skipped === 0 ? 0 : 1;

function readReport(): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return {
      numPassedTests: 0,
      numFailedTests: 1,
      numPendingTests: 0,
      numTodoTests: 0,
      success: false,
    };
  }
}
