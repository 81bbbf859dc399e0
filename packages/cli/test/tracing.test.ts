import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLAVIGER, serveProcess } from './harness/server-process.ts';

/** Nothing of OpenTelemetry can be loaded under it, but for the names that the libraries of metrics and of sign-in need. */
const FORBID = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (/^@opentelemetry\\/(?!(?:api|semantic-conventions)$)/.test(specifier)) throw new Error('forbidden: ' + specifier);
    return next(specifier, context);
  },
});
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'claviger-tracing-'));
  writeFileSync(join(folder, 'forbid.mjs'), FORBID);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (settings: Readonly<Record<string, string>>) =>
  serveProcess({ CLAVIGER_DATABASE_URL: `sqlite:${join(folder, 'claviger.db')}`, ...settings }, [
    process.execPath,
    '--conditions=source',
    '--import',
    join(folder, 'forbid.mjs'),
    // The program itself: the command starts it anew, and would not hand the import on.
    join(dirname(CLAVIGER), '../src/main.ts'),
    'serve',
  ]);

test('a server that does not trace loads nothing of OpenTelemetry', async () => {
  const server = await start({});
  server.signal('SIGTERM');
  expect((await server.ended).code).toBe(0);
});

test('one that does, does', async () => {
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  await expect(start(settings)).rejects.toThrow('forbidden: @opentelemetry/');
});
