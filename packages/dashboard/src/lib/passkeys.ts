import {
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { texts } from '../texts.ts';
import { post } from './session.ts';

/** Loaded where a passkey is used: whoever signs in with a password does without it. */

/** The person said no, or the device has none. */
export class NoPasskeyError extends Error {
  override readonly name = 'NoPasskeyError';
}

/** `ended`: the person has turned to something else meanwhile. */
async function sign(autofill: boolean, ended?: AbortSignal): Promise<void> {
  const optionsJSON = await post<PublicKeyCredentialRequestOptionsJSON>(
    '/auth/sign-in/passkey/options',
    {},
  );
  ended?.throwIfAborted();
  const response = await startAuthentication({ optionsJSON, useBrowserAutofill: autofill });
  await post('/auth/sign-in/passkey', { response });
}

interface Offer {
  readonly ending: AbortController;
  readonly settled: Promise<unknown>;
}

/** The one that the page makes now. */
let offer: Offer | null = null;

/** What comes after would else be answered with the challenge of what came before. */
async function endOffer(): Promise<void> {
  offer?.ending.abort(new NoPasskeyError(texts.signIn.passkeyUnavailable));
  WebAuthnAbortService.cancelCeremony();
  await offer?.settled;
  offer = null;
}

export async function signInWithPasskey(): Promise<void> {
  await endOffer();
  try {
    await sign(false);
  } catch (error) {
    throw isRefusal(error) ? new NoPasskeyError(texts.signIn.passkeyUnavailable) : error;
  }
}

/**
 * Has the browser suggest passkeys where the e-mail address is typed, until `signal` ends it. False: none was
 * chosen.
 */
export async function offerPasskeys(signal: AbortSignal): Promise<boolean> {
  await endOffer();
  if (!(await browserSupportsWebAuthnAutofill()) || signal.aborted) return false;
  const ending = new AbortController();
  const signing = sign(true, ending.signal);
  offer = { ending, settled: signing.catch(() => undefined) };
  signal.addEventListener('abort', () => void endOffer());
  try {
    await signing;
    return true;
  } catch (error) {
    if (isRefusal(error) || error instanceof NoPasskeyError) return false;
    throw error;
  }
}

export async function addPasskey(name: string): Promise<void> {
  const optionsJSON = await post<PublicKeyCredentialCreationOptionsJSON>(
    '/auth/passkeys/options',
    {},
  );
  let response: unknown;
  try {
    response = await startRegistration({ optionsJSON });
  } catch (error) {
    throw isRefusal(error) ? new NoPasskeyError(texts.account.passkeys.cancelled) : error;
  }
  await post('/auth/passkeys/add', { name, response });
}

const isRefusal = (error: unknown): boolean =>
  error instanceof WebAuthnError ||
  (error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name));
