/** Emits each package's `dist`, in the order in which they import each other. */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';

const packages = ['contract', 'core', 'server', 'sdk', 'cli'];

for (const name of packages) {
  const folder = new URL(`../packages/${name}/`, import.meta.url);
  rmSync(new URL('dist', folder), { recursive: true, force: true });
  const config = new URL('tsconfig.build.json', folder);
  execFileSync('tsc', ['--project', config.pathname], { stdio: 'inherit' });
  console.log(`built packages/${name}/dist`);
}

// The server brings the pages along.
execFileSync(process.execPath, ['scripts/build-dashboard.ts', '--force'], { stdio: 'inherit' });
const [pages, beside] = ['dashboard/dist', 'server/dist/dashboard'].map(
  (path) => new URL(`../packages/${path}`, import.meta.url),
) as [URL, URL];
cpSync(pages, beside, { recursive: true });
console.log('built packages/dashboard/dist');
