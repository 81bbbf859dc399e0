/** One GET and what came of it. */
export interface Look {
  /** Null when there was no answer. */
  readonly status: number | null;
  /** The JSON object of the answer; empty when it is none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly date: string | null;
  /** The local time half way between question and answer. */
  readonly midwayMs: number;
  /** Why there was no answer. */
  readonly failure: string;
}

const TIMEOUT_MS = 5_000;

/** Never rejects: that nobody answers is what it may be asked to find out. */
export async function look(url: string): Promise<Look> {
  const begunMs = Date.now();
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const midwayMs = (begunMs + Date.now()) / 2;
    const body = await response.json().catch(() => null);
    return {
      status: response.status,
      body: typeof body === 'object' && body !== null ? (body as Look['body']) : {},
      date: response.headers.get('date'),
      midwayMs,
      failure: '',
    };
  } catch (error) {
    return { status: null, body: {}, date: null, midwayMs: begunMs, failure: reasonOf(error) };
  }
}

/** `ECONNREFUSED` says more than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given';
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} seconds`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause ? String(cause.code) : cause.message;
}
