/** One GET and what came of it. */
export interface Look {
  /** Null when there was no answer. */
  readonly status: number | null;
  /** The JSON object of the answer; empty when it is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** All of the answer; empty when there was none. */
  readonly text: string;
  readonly date: string | null;
  /** The local time half way between question and answer. */
  readonly midwayMs: number;
  /** Why there was no answer. */
  readonly failure: string;
}

const TIMEOUT_MS = 5_000;

/** Never rejects: that nobody answers is what it may be asked to find out. */
export async function look(url: string, token: string | null = null): Promise<Look> {
  const begunMs = Date.now();
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'application/json, */*;q=0.5',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const midwayMs = (begunMs + Date.now()) / 2;
    const text = await response.text().catch(() => '');
    return {
      status: response.status,
      body: objectIn(text),
      text,
      date: response.headers.get('date'),
      midwayMs,
      failure: '',
    };
  } catch (error) {
    return {
      status: null,
      body: {},
      text: '',
      date: null,
      midwayMs: begunMs,
      failure: reasonOf(error),
    };
  }
}

function objectIn(text: string): Look['body'] {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Look['body']) : {};
  } catch {
    return {};
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
