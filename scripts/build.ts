/** Emits each package's `dist`, in the order in which they import each other. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const packages = ['contract', 'core', 'server', 'sdk', 'cli'];

for (const name of packages) {
  const folder = new URL(`../packages/${name}/`, import.meta.url);
  rmSync(new URL('dist', folder), { recursive: true, force: true });
  const config = new URL('tsconfig.build.json', folder);
  execFileSync('tsc', ['--project', config.pathname], { stdio: 'inherit' });
  console.log(`built packages/${name}/dist`);
}
