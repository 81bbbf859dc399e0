import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterAll, describe, expect, test } from 'vitest';
import type { Env } from '../src/app.ts';
import { loadDashboard, mountDashboard } from '../src/dashboard.ts';

const folder = mkdtempSync(join(tmpdir(), 'claviger-pages-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<meta property="csp-nonce" nonce="{{nonce}}">');
writeFileSync(join(folder, 'assets', 'index-1a2b.js'), 'void 0');
writeFileSync(join(folder, 'assets', 'index-1a2b.js.map'), '{}');
const LONG = 'void 0;\n'.repeat(1_000);
writeFileSync(join(folder, 'assets', 'long-3c4d.js'), LONG);

describe('the pages', () => {
  afterAll(() => rmSync(folder, { recursive: true }));
  const app = new Hono<Env>();
  mountDashboard(app, loadDashboard(['/does/not/exist/', folder])!);
  const get = async (path: string) => app.request(path);

  test('let nothing in that is not theirs, and know each answer’s nonce', async () => {
    const [first, second] = [await get('/'), await get('/org/acme/settings/api-keys')];
    const policy = first.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(await first.text()).toBe(`<meta property="csp-nonce" nonce="${nonce}">`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(second.status).toBe(200);
    expect(second.headers.get('content-security-policy')).not.toBe(policy);
    expect(first.headers.get('x-frame-options')).toBe('DENY');
  });

  test('bring files that browsers keep, and no others', async () => {
    const file = await get('/assets/index-1a2b.js');
    expect([file.status, await file.text()]).toEqual([200, 'void 0']);
    expect(file.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(file.headers.get('cache-control')).toMatch(/immutable/);
    for (const path of [
      '/assets/index-1a2b.js.map',
      '/assets/../index.html.bak',
      '/assets/other.js',
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  test('send scripts compressed to whoever takes them so', async () => {
    const path = '/assets/long-3c4d.js';
    const headers = { 'accept-encoding': 'gzip' };
    const packed = await app.request(path, { headers });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toMatch(/accept-encoding/i);
    expect(gunzipSync(await packed.bytes()).toString()).toBe(LONG);
    const plain = await get(path);
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, LONG]);
  });

  test('send them smaller still to whoever takes brotli', async () => {
    const path = '/assets/long-3c4d.js';
    const ask = (encodings: string) =>
      app.request(path, { headers: { 'accept-encoding': encodings } });
    for (const encodings of ['gzip, deflate, br, zstd', 'br;q=0.5', 'BR']) {
      const packed = await ask(encodings);
      expect(packed.headers.get('content-encoding')).toBe('br');
      expect(packed.headers.get('vary')).toMatch(/accept-encoding/i);
      expect(packed.headers.get('cache-control')).toMatch(/immutable/);
      expect(brotliDecompressSync(await packed.bytes()).toString()).toBe(LONG);
    }
    for (const encodings of ['gzip, br;q=0', 'gzip, br; q=0.0', 'gzip, brr', 'gzip']) {
      expect((await ask(encodings)).headers.get('content-encoding')).toBe('gzip');
    }
  });

  test('are left out where they were not built', () => {
    expect(loadDashboard([join(folder, 'assets')])).toBeNull();
  });
});
