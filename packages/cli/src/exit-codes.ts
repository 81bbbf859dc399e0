/** What the command line ends with. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** A key, by `leaks scan`. */
  found: 1,
  wronglyCalled: 2,
  wouldChange: 3,
  verifyRefused: 4,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    refused or failed; the reason is on standard error. leaks scan: a key was found.
       audit verify: the log is not whole
  2    wrongly called
  3    apis apply --dry-run: there would be changes
  4    verify: the key is refused
  130  interrupted at a question`;
