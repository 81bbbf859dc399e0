import { randomUUID } from 'node:crypto';

const SANE = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;

/** The caller's own id when it is a sane one, so that both logs can be laid side by side. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && SANE.test(given) ? given : randomUUID();
}
