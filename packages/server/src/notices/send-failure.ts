const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused: nothing listens there.',
  ECONNRESET: 'The connection was closed before there was an answer.',
  EPIPE: 'The connection was closed before there was an answer.',
  ENOTFOUND: 'The name of the host cannot be resolved.',
  EAI_AGAIN: 'The name of the host cannot be resolved right now.',
  EHOSTUNREACH: 'There is no way to the host.',
  ENETUNREACH: 'There is no way to the host.',
  ETIMEDOUT: 'The connection could not be made in time.',
};

/** For whoever owns the webhook: what went wrong, and nothing of the inside of this server. */
export function describeSendFailure(error: unknown): string {
  const code = codeOf(error);
  const known = byCode[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return `What was answered is not HTTP (${code}).`;
  if (/CERT|TLS|SSL|SIGNATURE|ISSUER|VERIFY|EPROTO/.test(code)) {
    return `The connection cannot be trusted (${code}): the server needs a valid certificate for this name.`;
  }
  return `It could not be sent${code === '' ? '' : ` (${code})`}.`;
}

/** Of several addresses that were tried, the failure of the first. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
