import { statSync } from 'node:fs';
import { fail, ok, warn, type Finding } from './finding.ts';

interface Guarded {
  readonly check: string;
  /** `The pepper file` */
  readonly what: string;
  readonly path: string;
  /** What it is when others can read it. */
  readonly status: 'warn' | 'fail';
}

const READABLE_BY_OTHERS = 0o044;
const WRITABLE_BY_OTHERS = 0o022;

/** Nothing where there is no such file: whether that is wrong, others say. */
export function checkFileMode({ check, what, path, status }: Guarded): Finding[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  // Windows has no such modes.
  if (stat === undefined || process.platform === 'win32') return [];
  const open = stat.mode & (READABLE_BY_OTHERS | WRITABLE_BY_OTHERS);
  if (open === 0) return [ok(check, `${what} ${path} is its owner’s alone`)];
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
  const report = status === 'fail' ? fail : warn;
  return [
    report(
      check,
      `${what} ${path} is open to others on this machine (mode ${mode})`,
      `chmod 600 ${path}, and find out who could read it until now.`,
    ),
  ];
}
