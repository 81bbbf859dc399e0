/** Builds the pages unless the build is newer than everything it is made of. `--force`: in any case. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
const dashboard = join(packages, 'dashboard');
const built = join(dashboard, 'dist/index.html');
const sources = ['dashboard/src', 'dashboard/public', 'sdk/src', 'contract/src'];
const files = ['dashboard/index.html', 'dashboard/vite.config.ts', 'dashboard/package.json'];

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newestOf(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...names.map((name) => changedAt(join(folder, name))));
}

const newest = Math.max(
  // What was installed since may be what it is built from.
  changedAt(fileURLToPath(new URL('../node_modules/.package-lock.json', import.meta.url))),
  ...sources.map((folder) => newestOf(join(packages, folder))),
  ...files.map((file) => changedAt(join(packages, file))),
);

if (process.argv.includes('--force') || changedAt(built) < newest) {
  const { status } = spawnSync('vite', ['build', '--logLevel', 'warn'], {
    cwd: dashboard,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
