import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

/**
 * JSON lines. What is logged is named field by field, never a header, a body or a query; the redaction is
 * the second lock on that door.
 */
export function createLog(
  { logLevel }: Pick<Config, 'logLevel'>,
  destination: DestinationStream,
): Log {
  return pino(
    {
      level: logLevel,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: describeError },
      redact: {
        paths: [
          'authorization',
          'token',
          'secret',
          'password',
          'pepper',
          '*.authorization',
          '*.token',
          '*.secret',
          '*.password',
          '*["x-api-key"]',
        ],
        censor: '[redacted]',
      },
    },
    destination,
  );
}

/** Without the driver's extra properties, which may quote rows. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: 'something that is not an Error was thrown' };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    name,
    message,
    code,
    stack,
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
