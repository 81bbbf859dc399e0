import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { valueOf } from './sign-in-cookies.ts';
import { cookieName, isSecure } from './sign-in-options.ts';

const NONCE_BYTES = 16;
/** Half a year: who signs in more seldom is a stranger again, which costs them nothing unless somebody is guessing. */
const MAX_AGE_SECONDS = 180 * 24 * 60 * 60;

/**
 * Browsers in which somebody signed in before, by a signed cookie for their e-mail. It lets nobody in. It tells
 * their own tries from those of strangers (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
export class KnownDevices {
  readonly #key: Buffer;
  readonly #name: string;
  readonly #attributes: string;

  constructor(key: Buffer, origin: string) {
    this.#key = key;
    this.#name = cookieName(origin, 'device');
    const secure = isSecure(origin) ? '; Secure' : '';
    this.#attributes = `Max-Age=${MAX_AGE_SECONDS}; Path=/auth; HttpOnly; SameSite=Strict${secure}`;
  }

  /** The value of a `Set-Cookie`. */
  cookieFor(email: string): string {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    return `${this.#name}=${nonce}.${this.#sign(email, nonce)}; ${this.#attributes}`;
  }

  /** Names the device; null: nobody has signed in with this e-mail there. */
  find(headers: Headers, email: string): string | null {
    const [nonce = '', signature = ''] = valueOf(headers, this.#name)?.split('.') ?? [];
    const right = Buffer.from(this.#sign(email, nonce));
    const given = Buffer.from(signature);
    return given.length === right.length && timingSafeEqual(given, right) ? nonce : null;
  }

  #sign(email: string, nonce: string): string {
    return createHmac('sha256', this.#key).update(`${nonce}\n${email}`).digest('base64url');
  }
}
