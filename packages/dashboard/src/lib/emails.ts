/** As many as are invited at once. */
export const MAX_EMAILS = 50;

/** Enough to catch what was pasted along; the server has the last word. */
const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

export interface EmailList {
  readonly emails: readonly string[];
  /** What is no address. */
  readonly faulty: readonly string[];
}

/** A pasted list, however it is separated; `Ada <ada@example.com>` is one of them. Each is there once. */
export function emailsIn(text: string): EmailList {
  const entries = text
    .split(/[,;\n]+/)
    .flatMap((entry) => /<([^<>]*)>/.exec(entry)?.[1]?.trim() ?? entry.trim().split(/\s+/))
    .filter((entry) => entry !== '')
    .map((entry) => entry.toLowerCase());
  const all = [...new Set(entries)];
  return {
    emails: all.filter((entry) => EMAIL.test(entry)),
    faulty: all.filter((entry) => !EMAIL.test(entry)),
  };
}
