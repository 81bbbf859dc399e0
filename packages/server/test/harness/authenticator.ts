import { createSign, generateKeyPairSync, hash, randomBytes } from 'node:crypto';

/** What it does, beside what it should. */
export interface AuthenticatorHabits {
  readonly origin: string;
  readonly rpId: string;
  /** Whether it checks who uses it. */
  readonly verifies?: boolean;
  /** Signs this in the place of what it was asked to. */
  readonly challenge?: string;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** A device that makes one passkey and signs with it, as WebAuthn level 2 says (sections 6.1 and 6.5). */
export class TestAuthenticator {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #id = randomBytes(16);
  #counter = 0;

  get id(): string {
    return base64url(this.#id);
  }

  register(challenge: string, habits: AuthenticatorHabits): Record<string, unknown> {
    const credential = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, this.#id.length]),
      this.#id,
      this.#coseKey(),
    ]);
    const data = this.#data(habits, ATTESTED, credential);
    const attestation = cbor(
      new Map<unknown, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', data],
      ]),
    );
    return this.#credential({
      clientDataJSON: clientData('webauthn.create', challenge, habits),
      attestationObject: base64url(attestation),
      transports: ['internal'],
    });
  }

  sign(challenge: string, habits: AuthenticatorHabits): Record<string, unknown> {
    this.#counter += 1;
    const data = this.#data(habits, 0);
    const clientDataJSON = clientData('webauthn.get', challenge, habits);
    const signature = createSign('sha256')
      .update(data)
      .update(hash('sha256', Buffer.from(clientDataJSON, 'base64url'), 'buffer'))
      .sign(this.#keys.privateKey);
    return this.#credential({
      clientDataJSON,
      authenticatorData: base64url(data),
      signature: base64url(signature),
    });
  }

  #credential(response: Record<string, unknown>): Record<string, unknown> {
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response,
    };
  }

  #data(
    { rpId, verifies = true }: AuthenticatorHabits,
    flags: number,
    credential: Buffer = Buffer.alloc(0),
  ): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const all = PRESENT | flags | (verifies ? VERIFIED : 0);
    return Buffer.concat([hash('sha256', rpId, 'buffer'), Buffer.from([all]), counter, credential]);
  }

  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    return cbor(
      new Map<unknown, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    );
  }
}

function clientData(
  type: string,
  asked: string,
  { origin, challenge = asked }: AuthenticatorHabits,
): string {
  return base64url(Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })));
}

/** As much of RFC 8949 as a passkey needs. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, value.length), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) {
    return Buffer.concat([head(5, value.size), ...[...value].flat().map((each) => cbor(each))]);
  }
  throw new Error('a passkey has nothing else');
}

function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size]);
  return Buffer.from([(major << 5) | 24, size]);
}
