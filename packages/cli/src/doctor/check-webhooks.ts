import { ClavigerError, type ClavigerClient, type Webhook } from '@claviger/sdk';
import { durationText, fullTime } from '../text/times.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { look } from './look.ts';

/** Those that the root key may see: which fail, and which were switched off for it. */
export async function checkWebhooks(client: ClavigerClient): Promise<Finding[]> {
  const webhooks: Webhook[] = [];
  try {
    for await (const webhook of client.webhooks.list({ limit: 200 })) webhooks.push(webhook);
  } catch (error) {
    if (!(error instanceof ClavigerError)) throw error;
    // A key need not be allowed to see them.
    if (error.status === 403) return [];
    return [fail('webhooks', error.message, 'Look at the server first.')];
  }
  const found = webhooks.flatMap(describeTrouble);
  if (found.length > 0) return found;
  return [ok('webhooks', webhooks.length === 0 ? 'there is none' : 'none is failing')];
}

/** By its id alone: an address may hold a secret. One that a person switched off is in no trouble. */
function describeTrouble({ id, enabled, disabledReason, failingSince }: Webhook): Finding[] {
  const reason = disabledReason?.replace(/\.$/, '');
  if (reason !== undefined) {
    const remedy = `Look at its receiver ("claviger webhooks deliveries ${id}"), then switch it on: claviger webhooks update ${id} --on`;
    return [warn('webhooks', `${id} was switched off by itself: ${reason}`, remedy)];
  }
  if (!enabled || failingSince === null) return [];
  const remedy = `Look what it answers: claviger webhooks deliveries ${id}`;
  return [warn('webhooks', `${id} is failing; that began ${fullTime(failingSince)}`, remedy)];
}

/** What is due is sent within seconds, unless a receiver takes its time, which is a minute at most. */
const LATE_SECONDS = 120;

/** Whether notices wait longer than they should. Nothing where the metrics may not be read. */
export async function checkNotices(url: string, metricsToken: string | null): Promise<Finding[]> {
  const { status, text } = await look(`${url}/metrics`, metricsToken);
  const lag = /^claviger_notice_lag_seconds (\d+)/m.exec(text)?.[1];
  if (status !== 200 || lag === undefined) return [];
  if (Number(lag) <= LATE_SECONDS) return [ok('notices', 'none is overdue')];
  return [
    warn(
      'notices',
      `the oldest delivery that is due has been waiting for ${durationText(Number(lag))}`,
      'Look into the log of the server, and which receivers are slow.',
    ),
  ];
}
