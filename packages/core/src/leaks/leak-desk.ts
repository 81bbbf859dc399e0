import type { ReportLeaks } from '@claviger/contract';
import type { Context } from '../context.ts';
import { OverloadedError, StorageError } from '../errors.ts';
import { splitPresented } from '../tokens/parse-token.ts';
import { findByToken } from '../verification/find-by-token.ts';
import type { KeyDirectory } from '../verification/key-directory.ts';
import { maskedText, recordableUrl } from './masked-text.ts';
import { recordLeak, type Leak } from './record-leak.ts';
import { StrangerLimits, type Admission } from './stranger-limits.ts';

/** A token that was found, and what may be said of it. Texts hold no token. */
export interface Finding extends Pick<Leak, 'reporter' | 'source' | 'url' | 'note'> {
  readonly token: string;
}

/** Where a report came from. */
export interface ReportOrigin {
  readonly ip: string | null;
  readonly requestId: string | null;
}

interface Waiting {
  readonly findings: readonly Finding[];
  readonly from: ReportOrigin;
}

/** Tokens that wait while the database is away, about 3 MB of them. */
const MAX_WAITING_TOKENS = 5_000;

/** Look-ups of one message that are under way at once: a tenth of what may wait for the database. */
const AT_ONCE = 100;

/**
 * Where keys that were found in public are reported. What anyone says is taken note of and worked off
 * later, so that nothing about the answer, its time included, tells what was known of a token.
 */
export class LeakDesk {
  /** Tokens in reports. */
  readonly #reports: StrangerLimits;
  /** Messages that nobody has proven yet to come from GitHub. */
  readonly #unproven: StrangerLimits;
  readonly #context: Context;
  readonly #directory: KeyDirectory;
  readonly #waiting: Waiting[] = [];
  #waitingTokens = 0;
  #working: Promise<void> | null = null;

  constructor(context: Context, directory: KeyDirectory) {
    this.#context = context;
    this.#directory = directory;
    const { clock } = context;
    const reports = { name: 'leak-reports', perAddress: 120, overall: 1_200 };
    const unproven = { name: 'unproven-messages', perAddress: 60, overall: 600 };
    this.#reports = new StrangerLimits(reports, clock);
    this.#unproven = new StrangerLimits(unproven, clock);
  }

  /** Lets a message in whose signature is yet to be checked. Throws `RateLimitedError`. */
  admitUnproven(ip: string | null): Admission {
    return this.#unproven.take(ip, 1);
  }

  /** Takes note of what anyone says. Throws `RateLimitedError`, `OverloadedError`. */
  accept({ tokens, url, source, note }: ReportLeaks, from: ReportOrigin): Admission {
    const admission = this.#reports.take(from.ip, tokens.length);
    if (this.#waitingTokens + tokens.length > MAX_WAITING_TOKENS) {
      throw new OverloadedError('Too many reports wait to be looked at. Try again in a moment.');
    }
    const common = {
      reporter: 'anyone',
      source: maskedText(source ?? 'a report', tokens),
      url: url === undefined ? null : recordableUrl(url, tokens),
      note: note === undefined || note === '' ? null : maskedText(note, tokens),
    } as const;
    // A token that is named twice is looked at once.
    const findings = [...new Set(tokens)].map((token) => ({ token, ...common }));
    this.#waiting.push({ findings, from });
    this.#waitingTokens += findings.length;
    return admission;
  }

  /**
   * Works off what was accepted. Rejects with `StorageError` and `OverloadedError`, and what waits stays;
   * with anything else, the report that caused it is gone.
   */
  work(): Promise<void> {
    if (this.#working === null && this.#waiting.length > 0) this.#working = this.#workOff();
    return this.#working ?? Promise.resolve();
  }

  /** Deals with findings at once and tells which of them are secrets that were issued here. */
  async deal(findings: readonly Finding[], from: ReportOrigin): Promise<boolean[]> {
    const known: boolean[] = [];
    for (let begin = 0; begin < findings.length; begin += AT_ONCE) {
      const some = findings.slice(begin, begin + AT_ONCE);
      known.push(...(await Promise.all(some.map((finding) => this.#dealWith(finding, from)))));
    }
    return known;
  }

  async #workOff(): Promise<void> {
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        await this.deal(next.findings, next.from);
        this.#dropFirst();
      }
    } catch (error) {
      const isPassing = error instanceof StorageError || error instanceof OverloadedError;
      if (!isPassing) this.#dropFirst();
      throw error;
    } finally {
      // In the same turn as the last look at what waits: nothing can come in between and be missed.
      this.#working = null;
    }
  }

  #dropFirst(): void {
    this.#waitingTokens -= this.#waiting.shift()?.findings.length ?? 0;
  }

  /** A pair's secret half was found, whatever public half was found with it. */
  async #dealWith({ token, ...said }: Finding, from: ReportOrigin): Promise<boolean> {
    const presented = splitPresented(token);
    if (presented === null) return false;
    const found = await findByToken(this.#directory, presented.token, this.#context.clock.now());
    if (found?.type !== 'secret') return false;
    await recordLeak(this.#context, { keyId: found.key.id, secretId: found.id, ...said, ...from });
    return true;
  }
}
