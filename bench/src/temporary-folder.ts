import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where TMPDIR says. It has to be on a disk: in memory an fsync costs nothing. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'claviger-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
