import { hash } from 'node:crypto';
import { EVERYWHERE } from '@claviger/core';
import { API_ID, createKeys, openClaviger, PERMISSION } from '../fixtures.ts';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Effort } from '../rounds.ts';

/** So many that no inline cache or branch predictor knows them by heart, so few that they stay in the processor's cache. */
const KEYS = 1_000;
/** About a second, so that a round has the one flush that a second of a server has. */
const VERIFICATIONS = 800_000;

const MAX_RATIO = 2;
const MIN_PER_SECOND = 250_000;

async function measure(effort: Effort): Promise<Row[]> {
  const opened = await openClaviger();
  const { verifier, follower, recorder } = opened.claviger;
  const tokens = await createKeys(opened, KEYS);
  const digests = new Map(tokens.map((token, n) => [hash('sha256', token, 'latin1'), n]));
  const count = Math.round(VERIFICATIONS * effort.scale);
  const tokenOf = (n: number) => tokens[n % KEYS] as string;
  const ask = (token: string) =>
    verifier.verify({ token, apiId: API_ID, permissions: [PERMISSION], cost: 1 }, EVERYWHERE);
  for (const token of tokens) await ask(token);

  const bare = () => {
    let found = 0;
    const begun = performance.now();
    for (let n = 0; n < count; n++) {
      if (digests.get(hash('sha256', tokenOf(n), 'latin1')) !== undefined) found++;
    }
    return perSecond(found, count, begun);
  };
  const verified = async () => {
    await follower.renew();
    let valid = 0;
    const begun = performance.now();
    for (let n = 0; n < count; n++) {
      const decision = ask(tokenOf(n));
      // A promise would mean that it was not answered from memory.
      if ('valid' in decision && decision.valid) valid++;
    }
    await recorder.flush();
    return perSecond(valid, count, begun);
  };

  await takeTurns({ ...effort, rounds: 2 }, { bare, verified });
  const measured = await takeTurns(effort, { bare, verified });
  await opened.close();
  const compared = compare(measured.bare, measured.verified);
  return [
    {
      what: 'verify in process, key cached, recorded',
      baseline: 'crypto.hash + Map.get',
      unit: '/s',
      compared,
      budget: `≥ ${1 / MAX_RATIO} of its rate (${MAX_RATIO} × its time), ≥ ${MIN_PER_SECOND.toLocaleString('en-US')}/s`,
      met: compared.ratio.median >= 1 / MAX_RATIO && compared.subject >= MIN_PER_SECOND,
    },
  ];
}

function perSecond(successes: number, count: number, begun: number): number {
  if (successes !== count) throw new Error(`${count - successes} of ${count} were not found`);
  return (count / (performance.now() - begun)) * 1_000;
}

answerAsks({ measure });
