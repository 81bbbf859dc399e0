#!/usr/bin/env node
// Plain JavaScript that any Node can parse: an old one must say what to do rather than crash.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `claviger needs Node 24 or newer and found ${process.version}. Install a newer Node, or in a checkout run "npm ci" and use npm scripts or npx: they bring their own.`,
  );
  process.exit(1);
}

const { existsSync } = await import('node:fs');
const source = new URL('../src/main.ts', import.meta.url);
if (!existsSync(source)) {
  await import('../dist/main.js');
} else {
  // In a checkout the packages are run from their sources, which the condition "source" selects.
  const { spawnSync } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  const args = ['--conditions=source', fileURLToPath(source), ...process.argv.slice(2)];
  if (process.execve !== undefined && process.platform !== 'win32') {
    process.execve(process.execPath, [process.execPath, ...args], process.env);
  }
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
}
