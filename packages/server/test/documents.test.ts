import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  noticeTypeNames,
  operations,
  rootPermissions,
  verificationStatuses,
} from '@claviger/contract';
import { readConfig } from '@claviger/server';
import { describe, expect, test } from 'vitest';
import { expectStatus } from './harness/fixtures.ts';
import { startTestServer } from './harness/test-server.ts';

/** What the documents say about the code, compared with the code. */
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const documents = ['.', 'docs', 'docs/guides', 'decisions'].flatMap((folder) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const read = (document: string): string => readFileSync(join(repository, document), 'utf8');

/** Where a path that a document names may begin. */
const FOLDERS = ['', 'packages/core', 'packages/core/src', 'packages/server/src'];

test('the README lists every setting with its default', () => {
  const rows = rowsOf(read('README.md'), 'variable').map(([name, value]) => [code(name), value]);
  expect(rows.map(([name]) => name)).toEqual(settings());
  const { host, port, publicUrl, logLevel, cacheCapacity, database, logPolicy } = readConfig({});
  const path = database.type === 'sqlite' ? database.path : '';
  expect(Object.fromEntries(rows)).toMatchObject({
    CLAVIGER_HOST: `\`${host}\``,
    CLAVIGER_PORT: `\`${port}\``,
    CLAVIGER_DATABASE_URL: `\`sqlite:${path}\``,
    CLAVIGER_PUBLIC_URL: `\`${publicUrl}\``,
    CLAVIGER_LOG_LEVEL: `\`${logLevel}\``,
    CLAVIGER_CACHE_KEYS: `\`${cacheCapacity}\``,
    CLAVIGER_REQUEST_LOGS: logPolicy.enabled ? '`on`' : '`off`',
    CLAVIGER_REQUEST_LOG_DAYS: `\`${logPolicy.keepDays}\``,
    CLAVIGER_REQUEST_LOG_IPS: `\`${logPolicy.ips}\``,
    CLAVIGER_REQUEST_LOG_USER_AGENTS: `\`${logPolicy.userAgents}\``,
  });
});

test('the concepts list every verification code in its order, with its status', () => {
  const rows = rowsOf(read('docs/concepts.md'), 'code');
  expect(rows.map(([name, status]) => [code(name), Number(status)])).toEqual(
    Object.entries(verificationStatuses),
  );
});

test('the operations list every root permission', () => {
  const rows = rowsOf(read('docs/operations.md'), 'permission');
  expect(rows.flatMap(([names = '']) => codesIn(names))).toEqual(
    rootPermissions.map(({ id }) => id),
  );
});

test('the guide to notices lists every type', () => {
  const rows = rowsOf(read('docs/guides/notices.md'), 'type');
  const told = noticeTypeNames.filter((type) => type !== 'webhook.test');
  expect(rows.flatMap(([names = '']) => codesIn(names))).toEqual(told);
});

test('the operations list every metric', async () => {
  await using server = await startTestServer();
  const { text } = await expectStatus(200, server.call('GET', '/metrics', { key: null }));
  const served = [...text.matchAll(/^# TYPE (claviger_\w+)/gm)].map(([, name]) => name);
  const rows = rowsOf(read('docs/operations.md'), 'metric');
  const listed = rows.flatMap(([names = '']) => codesIn(names));
  expect(listed.map((name) => name.replace(/\{.*\}$/, '')).toSorted()).toEqual(served.toSorted());
});

describe.each(documents)('%s', (document) => {
  const text = read(document);

  test('links to what is there', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(
      ([, target = '']) => target,
    );
    const broken = targets.filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(repository, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names files that are there', () => {
    const paths = codesIn(text).filter((part) => /^[\w.-]+\/[\w./-]+\.(?:ts|js|json)$/.test(part));
    const missing = paths.filter(
      (path) => !FOLDERS.some((folder) => existsSync(join(repository, folder, path))),
    );
    expect(missing).toEqual([]);
  });

  test('closes every block of code before the next heading', () => {
    let inside = false;
    const swallowed = text.split('\n').filter((line) => {
      if (line.startsWith('```')) inside = !inside;
      return inside && /^#{2,} /.test(line);
    });
    expect(swallowed).toEqual([]);
    expect(inside).toBe(false);
  });

  test('names operations that are there', () => {
    const known = Object.values(operations).map(({ method, path }) => `${method} ${path}`);
    const named = text.match(/\b(?:GET|PUT|POST|PATCH|DELETE) \/v1\/[\w/{}-]+/g) ?? [];
    expect(named.filter((operation) => !known.includes(operation))).toEqual([]);
  });

  test('names settings that are there', () => {
    // The one is for the reader's shell, the other is named as not being there yet.
    const known = [...settings(), 'CLAVIGER_ROOT_KEY', 'CLAVIGER_URL', 'CLAVIGER_REDIS_URL'];
    const named = text.match(/\bCLAVIGER_[A-Z_]+\b/g) ?? [];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

/** As the server itself lists them to whoever misspells one. */
function settings(): string[] {
  try {
    readConfig({ CLAVIGER_MISSPELT: '1' });
  } catch (error) {
    const [, list = ''] = /the settings are (.*)/.exec((error as Error).message) ?? [];
    return list.split(', ');
  }
  return [];
}

/** The cells of the table whose first heading is this. */
function rowsOf(text: string, heading: string): string[][] {
  const [, table = ''] =
    new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(text) ?? [];
  return table
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const codesIn = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, part = '']) => part);

const code = (cell: string | undefined): string => codesIn(cell ?? '')[0] ?? '';

/** Of the headings, as the places where repositories are read make them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
