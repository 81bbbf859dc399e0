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

async function sign(autofill: boolean): Promise<void> {
  const optionsJSON = await post<PublicKeyCredentialRequestOptionsJSON>(
    '/auth/sign-in/passkey/options',
    {},
  );
  const response = await startAuthentication({ optionsJSON, useBrowserAutofill: autofill });
  await post('/auth/sign-in/passkey', { response });
}

export async function signInWithPasskey(): Promise<void> {
  try {
    await sign(false);
  } catch (error) {
    throw isRefusal(error) ? new NoPasskeyError(texts.signIn.passkeyUnavailable) : error;
  }
}

/** Among what the browser suggests for the e-mail address, until `signal` ends it. False: it was not taken up. */
export async function offerPasskeys(signal: AbortSignal): Promise<boolean> {
  if (!(await browserSupportsWebAuthnAutofill()) || signal.aborted) return false;
  signal.addEventListener('abort', () => WebAuthnAbortService.cancelCeremony());
  try {
    await sign(true);
    return true;
  } catch (error) {
    if (isRefusal(error) || signal.aborted) return false;
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
