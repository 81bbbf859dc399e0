import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { Env } from './app.ts';
import { rememberedBrotli, takesBrotli } from './http/brotli.ts';

/** Where the build of packages/dashboard lies: beside this file once published, in its own package in a checkout. */
const FOLDERS = ['./dashboard/', '../../dashboard/dist/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Nothing from anywhere else, nothing inline that does not know the nonce, and no other page around it. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const PAGE_HEADERS = {
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
} as const;

/** Vite puts a hash of the content into these names. */
const LASTING = { 'cache-control': 'public, max-age=31536000, immutable' } as const;

/** The addresses of its pages; what is after them is the pages' own affair. */
export const dashboardPages = [
  '/',
  '/sign-in',
  '/sign-in/done',
  '/setup',
  '/invitation',
  '/recover',
  '/account',
  '/org/*',
] as const;

export interface Dashboard {
  /** With `{{nonce}}` where the nonce of an answer belongs. */
  readonly page: string;
  /** By path, such as `/assets/index-1a2b3c4d.js`. */
  readonly files: ReadonlyMap<string, { readonly bytes: Buffer; readonly type: string }>;
}

/** The built pages, read once. Null: they were not built. */
export function loadDashboard(folders: readonly string[] = FOLDERS): Dashboard | null {
  for (const folder of folders) {
    const found = filesIn(folder);
    const page = found.get('/index.html');
    if (page === undefined) continue;
    found.delete('/index.html');
    return { page: page.bytes.toString(), files: found };
  }
  return null;
}

function filesIn(folder: string) {
  const found = new Map<string, { bytes: Buffer; type: string }>();
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return found;
  }
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    found.set(`/${name.replaceAll(sep, '/')}`, { bytes: readFileSync(join(folder, name)), type });
  }
  return found;
}

/** The pages for people, on the same origin as the API that they call. */
export function mountDashboard(app: Hono<Env>, { page, files }: Dashboard): void {
  for (const path of dashboardPages) {
    app.get(path, (c) => {
      const nonce = randomBytes(16).toString('base64');
      const headers = { ...PAGE_HEADERS, 'content-security-policy': policy(nonce) };
      return c.html(page.replaceAll('{{nonce}}', nonce), 200, headers);
    });
  }
  // Once for each browser: it keeps what lies there.
  app.use('/assets/*', compress());
  const brotli = rememberedBrotli();
  for (const [path, { bytes, type }] of files) {
    const isAsset = path.startsWith('/assets/');
    const headers = { 'content-type': type, ...(isAsset && LASTING) };
    app.get(path, async (c) => {
      if (!isAsset || !takesBrotli(c.req.header('accept-encoding'))) {
        return c.body(bytes as Uint8Array<ArrayBuffer>, 200, headers);
      }
      const packed = (await brotli(bytes)) as Uint8Array<ArrayBuffer>;
      const how = { 'content-encoding': 'br', vary: 'Accept-Encoding' };
      return c.body(packed, 200, { ...headers, ...how });
    });
  }
}
