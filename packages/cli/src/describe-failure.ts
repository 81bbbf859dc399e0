import type { Command } from 'commander';
import { keySource, serverUrl, type ConnectionOptions } from './connection.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { optionOfPointer } from './fault-options.ts';
import { durationText } from './text/times.ts';
import { plainLine } from './text/plain-text.ts';

interface Fault {
  readonly pointer: string;
  readonly message: string;
}

/** What the errors of the client, of core and of Node have in common. */
interface Coded {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly faults?: readonly Fault[];
  readonly cause?: unknown;
}

export interface Described {
  /** For standard error. */
  readonly text: string;
  readonly exitCode: number;
}

/** Any error as what a person, or with `--json` a machine, can act on. */
export function describeFailure(error: unknown, command: Command | null): Described {
  const exitCode = error instanceof Failure ? error.exitCode : EXIT.failed;
  const options = command?.opts<ConnectionOptions & { json?: boolean }>() ?? {};
  if (!isCoded(error)) return { text: linesText(messageOf(error).split('\n')), exitCode };
  if (options.json === true) return { text: machineText(error, options), exitCode };
  const faults = (error.faults ?? []).map(
    ({ pointer, message }) =>
      `  ${optionOfPointer(pointer, command) ?? (pointer || 'the body')} ${inUnits(pointer, message)}`,
  );
  const lines = [
    headline(error, faults.length, options),
    ...faults,
    ...(error.requestId === undefined ? [] : [`request id: ${error.requestId}`]),
  ];
  return { text: linesText(lines), exitCode };
}

/** What the API counts in seconds is typed with a unit. */
const inUnits = (pointer: string, message: string): string =>
  pointer.endsWith('Seconds')
    ? message.replace(/(?<=most )\d+$/, (seconds) => durationText(Number(seconds)))
    : message;

const linesText = (lines: readonly string[]): string =>
  `claviger: ${lines.map((line) => withoutTokens(plainLine(line))).join('\n')}\n`;

function headline(error: Coded, faults: number, options: ConnectionOptions): string {
  // Its detail is nothing but the faults, which stand below in the words of the command line.
  if (error.code === 'INVALID_REQUEST' && faults > 0) return 'the server refused this:';
  if (error.status !== 401) return reachable(error, options);
  return `${error.message} The key was read from ${keySource(options) ?? 'nowhere'}.`;
}

/** System errors of a connection that never came about: certainly nothing was done. */
const NEVER_CONNECTED = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // fetch itself refuses the ports of other services.
  'bad port',
];

const LOOK_FIRST = 'Whether it did what was asked is not known: look before you repeat it.';

/** The client's own words speak of its parameters; here the server is named by an option or a variable. */
function reachable(error: Coded, options: ConnectionOptions): string {
  const elsewhere = 'name another with --url or CLAVIGER_URL';
  switch (error.code) {
    case 'NETWORK_ERROR': {
      const reason = reasonOf(error);
      return NEVER_CONNECTED.includes(reason)
        ? `No server answers at ${serverUrl(options)} (${reason}). Start it ("claviger serve"), or ${elsewhere}. "claviger doctor" looks closer.`
        : `The connection to ${serverUrl(options)} failed (${reason}). ${LOOK_FIRST} "claviger doctor" looks closer.`;
    }
    case 'TIMEOUT':
      return `The server at ${serverUrl(options)} did not answer in time. ${LOOK_FIRST} "claviger doctor" looks closer.`;
    case 'UNEXPECTED_ANSWER':
      return `What answers at ${serverUrl(options)} is not Claviger. Look at the address and at what stands between, or ${elsewhere}.`;
    default:
      return error.message;
  }
}

/** fetch wraps what the system said: `ECONNREFUSED`, or why a certificate is not believed. */
function reasonOf({ cause }: Coded): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(inner instanceof Error)) return 'unknown reason';
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}

function machineText(error: Coded, options: ConnectionOptions): string {
  const { code, status, requestId, faults = [] } = error;
  const problem = {
    code,
    status,
    detail: reachable(error, options),
    requestId,
    ...(faults.length > 0 && { errors: faults }),
  };
  return `${withoutTokens(JSON.stringify(problem, null, 2))}\n`;
}

function isCoded(error: unknown): error is Coded {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** What was thrown on purpose is its message; anything else is a bug and shows where it happened. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something unknown went wrong';
  const deliberate =
    error instanceof Failure || error.name === 'StartError' || error.name === 'DatabaseInUseError';
  return deliberate ? error.message : (error.stack ?? error.message);
}

/** A secret that was typed where it does not belong is not repeated, on a terminal or in a log of a CI run. */
export const withoutTokens = (text: string): string =>
  text.replaceAll(/\b[a-z][a-z0-9_]{0,30}_[0-9A-Za-z]{28,128}/g, '<secret>');
