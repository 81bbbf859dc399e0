import { CODE_COOKIE } from './second-factor.ts';
import { cookieName } from './sign-in-options.ts';

/** The library's cookies in requests and answers. */
export class SignInCookies {
  readonly #session: string;
  readonly #code: string;

  constructor(origin: string) {
    this.#session = cookieName(origin, 'session_token');
    this.#code = cookieName(origin, CODE_COOKIE);
  }

  /** Whether a session is presented at all, valid or not. */
  presentsSession(headers: Headers): boolean {
    return valueOf(headers, this.#session) !== null;
  }

  /** Names the sign-in that waits for a code. Nobody has checked it yet. */
  waitingIn(headers: Headers): string | null {
    return valueOf(headers, this.#code)?.split('.')[0] ?? null;
  }

  /** For a step that must not see who is signed in already. */
  withoutSession(headers: Headers): string | null {
    const pairs = pairsOf(headers).filter((pair) => !pair.startsWith(`${this.#session}=`));
    return pairs.length === 0 ? null : pairs.join('; ');
  }

  /** Those of an answer that asks for a code: whoever was signed in stays it meanwhile. */
  ofSecondStep({ headers }: Response): string[] {
    return headers.getSetCookie().filter((value) => value.startsWith(`${this.#code}=`));
  }
}

const pairsOf = (headers: Headers): string[] =>
  (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());

/** Null: there is no such cookie. */
export function valueOf(headers: Headers, cookie: string): string | null {
  const pair = pairsOf(headers).find((each) => each.startsWith(`${cookie}=`));
  return pair?.slice(cookie.length + 1) ?? null;
}
