import { MAX_PASSKEYS, type Account, type OwnSession, type Passkey } from '@claviger/contract';
import type { AuthContext } from 'better-auth';
import { symmetricDecrypt } from 'better-auth/crypto';
import type { SignedIn } from './create-accounts.ts';

/** A page shows no more, and nobody is signed in in more places. */
const MAX_SESSIONS = 50;

type Adapter = AuthContext['adapter'];

/** How somebody signs in and where they are signed in; no token, secret or code. */
export async function readAccount(
  context: AuthContext,
  { user: { id, email, name, operator }, sessionId }: SignedIn,
): Promise<Account> {
  const { adapter, internalAdapter } = context;
  const [passkeys, sessions, accounts, secondFactor] = await Promise.all([
    readPasskeys(adapter, id),
    readSessions(adapter, id, sessionId),
    internalAdapter.findAccounts(id),
    readSecondFactor(context, id),
  ]);
  const singleSignOn = accounts.some(({ providerId }) => providerId !== 'credential');
  return { user: { id, email, name, operator }, secondFactor, passkeys, singleSignOn, sessions };
}

export const countPasskeys = (adapter: Adapter, userId: string): Promise<number> =>
  adapter.count({ model: 'passkey', where: ownedBy(userId) });

const ownedBy = (userId: string) => [{ field: 'userId', value: userId }];

interface PasskeyRow {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: Date;
  readonly backedUp: boolean;
}

async function readPasskeys(adapter: Adapter, userId: string): Promise<Passkey[]> {
  const rows = await adapter.findMany<PasskeyRow>({
    model: 'passkey',
    where: ownedBy(userId),
    sortBy: { field: 'createdAt', direction: 'asc' },
    limit: MAX_PASSKEYS,
  });
  return rows.map(({ id, name, createdAt, backedUp }) => ({
    id,
    name: name ?? '',
    createdAt: createdAt.toISOString(),
    synced: backedUp,
  }));
}

interface SessionRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

async function readSessions(
  adapter: Adapter,
  userId: string,
  currentId: string,
): Promise<OwnSession[]> {
  const rows = await adapter.findMany<SessionRow>({
    model: 'session',
    where: [...ownedBy(userId), { field: 'expiresAt', operator: 'gt', value: new Date() }],
    sortBy: { field: 'createdAt', direction: 'desc' },
    limit: MAX_SESSIONS,
  });
  return rows.map(({ id, createdAt, expiresAt, ipAddress, userAgent }) => ({
    id,
    current: id === currentId,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ip: ipAddress || null,
    userAgent: userAgent || null,
  }));
}

async function readSecondFactor(
  { adapter, secretConfig }: AuthContext,
  userId: string,
): Promise<Account['secondFactor']> {
  const row = await adapter.findOne<{ verified: boolean; backupCodes: string }>({
    model: 'twoFactor',
    where: ownedBy(userId),
  });
  if (row === null || !row.verified) return { enabled: false, backupCodesLeft: 0 };
  const codes = JSON.parse(await symmetricDecrypt({ key: secretConfig, data: row.backupCodes }));
  return { enabled: true, backupCodesLeft: (codes as unknown[]).length };
}
