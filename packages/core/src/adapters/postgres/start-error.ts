import { StartError } from '../../errors.ts';

/** What PostgreSQL answered, as something the operator can act on. */
export function startError(error: unknown): StartError {
  if (error instanceof StartError) return error;
  const reason = error instanceof Error ? error.message || error.name : 'unknown reason';
  return new StartError(
    `PostgreSQL cannot be used: ${reason}. Check that it runs and that CLAVIGER_DATABASE_URL names the right host, port, user, password and database.`,
    { cause: error },
  );
}
