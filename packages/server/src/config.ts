import { BlockList, isIP } from 'node:net';
import { addressFault } from '@claviger/contract';
import {
  compileAddresses,
  StartError,
  type AddressMatcher,
  type LogPolicy,
  type Pepper,
} from '@claviger/core';
import { z } from 'zod';
import { oidcConfig, oidcFaults, oidcSettings, type OidcConfig } from './accounts/oidc-config.ts';
import type { TracingConfig } from './tracing/tracing.ts';

/** Everything the environment decides, checked once at start. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly database: DatabaseConfig;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Null: kept in a file beside the SQLite database. */
  readonly peppers: readonly Pepper[] | null;
  readonly rootKeyFile: string | null;
  readonly trustedProxies: BlockList;
  readonly metricsToken: string | null;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
  readonly cacheCapacity: number;
  /** Null: requests are not traced. */
  readonly tracing: TracingConfig | null;
  /** Where GitHub publishes the keys that sign its reports; null: no reports are taken from GitHub. */
  readonly githubKeysUrl: string | null;
  readonly logPolicy: LogPolicy;
  readonly audit: AuditConfig;
  readonly notices: NoticesConfig;
  /** Null: nobody signs in at a provider. */
  readonly oidc: OidcConfig | null;
}

export interface NoticesConfig {
  /** Addresses that webhooks may be sent to though they are not public. */
  readonly opened: AddressMatcher;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  /** Null: no e-mail is sent. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null;
}

export type DatabaseConfig =
  | { readonly type: 'sqlite'; readonly path: string }
  | { readonly type: 'postgres'; readonly url: string };

export interface AuditConfig {
  /** Null: none are made. */
  readonly checkpoints: CheckpointTarget | null;
  readonly checkpointEvery: number;
  readonly signingKeyFile: string | null;
}

export type CheckpointTarget =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'url'; readonly url: string };

const checkpoints = z.string().transform((text, context): CheckpointTarget => {
  const [, path] = /^file:(.+)$/s.exec(text) ?? [];
  if (path !== undefined) return { type: 'file', path };
  const url = URL.canParse(text) ? new URL(text) : null;
  const isNear = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isNear);
  // Not repeated: it may hold a secret.
  const message =
    'must be file:<path> or an https address without user and fragment; http is for this machine alone';
  if (url !== null && isSafe && url.username + url.password + url.hash === '') {
    return { type: 'url', url: url.href };
  }
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const database = z
  .string()
  .regex(
    /^(?:sqlite:.+|postgres(?:ql)?:\/\/.+)$/,
    'must be sqlite:<file> or postgres://user:password@host:port/database',
  )
  .transform((text): DatabaseConfig =>
    text.startsWith('sqlite:')
      ? { type: 'sqlite', path: text.slice('sqlite:'.length) }
      : { type: 'postgres', url: text },
  );

const publicUrl = z
  .url({
    protocol: /^https?$/,
    error: 'must be an http or https address, such as https://keys.example.com',
  })
  .refine((url) => !/[?#]/.test(url), 'must have no query and no fragment')
  .transform((url) => url.replace(/\/+$/, ''));

const peppers = z.string().transform((text, context): readonly Pepper[] => {
  const parsed = parsePeppers(text);
  if (typeof parsed !== 'string') return parsed;
  context.addIssue({ code: 'custom', message: parsed });
  return z.NEVER;
});

const trustedProxies = z.string().transform((text, context): BlockList => {
  const list = new BlockList();
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '' || addBlock(list, entry)) continue;
    context.addIssue({
      code: 'custom',
      message: `"${entry}" is neither an address nor a CIDR block`,
    });
  }
  return list;
});

/** Whoever answers in the place of this address could have any key revoked that it knows. */
const githubKeysUrl = z
  .string()
  .refine(
    (text) => text === 'off' || isTrustworthy(text),
    'must be an https address, or off to take no reports from GitHub',
  )
  .transform((text) => (text === 'off' ? null : text));

const LIST = new Intl.ListFormat('en-GB', { type: 'disjunction' });

const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, { error: `must be ${LIST.format(words)}` });

/** Both ends included. */
function whole(min: number, max: number, what = 'whole number', more = '') {
  const error = `must be a ${what}, ${min} to ${max}${more}`;
  const isWithin = (number: number) => Number.isInteger(number) && number >= min && number <= max;
  return z.coerce.number({ error }).refine(isWithin, error);
}

const detail = oneOf('full', 'truncated', 'off');

const opened = z.string().transform((text, context): AddressMatcher => {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  for (const entry of entries) {
    const fault = addressFault(entry);
    if (fault !== null) context.addIssue({ code: 'custom', message: `"${entry}" ${fault}` });
  }
  return compileAddresses(entries);
});

/** The value is never repeated: it may hold a password. */
const smtpUrl = z
  .string()
  .refine(
    (text) => /^smtps?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.hostname !== '',
    'must be smtp://user:password@host:port or smtps://…, with special characters percent-encoded',
  );

const mailFrom = z
  .string()
  .max(300, 'must have at most 300 characters')
  .regex(
    /^(?:[^<>"\r\n,;:@]{1,100} <[^\s<>@,;:"]+@[^\s<>@,;:"]+>|[^\s<>@,;:"]+@[^\s<>@,;:"]+)$/,
    'must be an address such as claviger@example.com or Claviger <claviger@example.com>',
  );

const environment = z.object({
  CLAVIGER_HOST: z.string().min(1).default('127.0.0.1'),
  CLAVIGER_PORT: whole(0, 65_535, 'port').default(8787),
  CLAVIGER_DATABASE_URL: database.prefault('sqlite:./data/claviger.db'),
  CLAVIGER_PUBLIC_URL: publicUrl.optional(),
  CLAVIGER_PEPPERS: peppers.optional(),
  CLAVIGER_ROOT_KEY_FILE: z.string().min(1).optional(),
  CLAVIGER_TRUSTED_PROXIES: trustedProxies.prefault(''),
  CLAVIGER_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  CLAVIGER_LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent').default('info'),
  CLAVIGER_WEBHOOK_ALLOW_PRIVATE: opened.prefault(''),
  CLAVIGER_WEBHOOK_TIMEOUT_SECONDS: whole(1, 60, 'whole number of seconds').default(15),
  CLAVIGER_SMTP_URL: smtpUrl.optional(),
  CLAVIGER_MAIL_FROM: mailFrom.optional(),
  CLAVIGER_CACHE_KEYS: whole(1, 50_000_000).default(1_000_000),
  CLAVIGER_GITHUB_KEYS_URL: githubKeysUrl.prefault(
    'https://api.github.com/meta/public_keys/secret_scanning',
  ),
  CLAVIGER_REQUEST_LOGS: oneOf('on', 'off').default('on'),
  CLAVIGER_REQUEST_LOG_DAYS: whole(
    1,
    3_650,
    'whole number of days',
    '; to keep none, set CLAVIGER_REQUEST_LOGS=off',
  ).default(30),
  CLAVIGER_REQUEST_LOG_IPS: detail.default('full'),
  CLAVIGER_REQUEST_LOG_USER_AGENTS: detail.default('full'),
  CLAVIGER_AUDIT_CHECKPOINTS: checkpoints.optional(),
  CLAVIGER_AUDIT_CHECKPOINT_EVERY: whole(1, 1_000_000).default(1_000),
  CLAVIGER_AUDIT_SIGNING_KEY_FILE: z.string().min(1).optional(),
  ...oidcSettings,
});

const SHARE = 'must be a number, 0 to 1';

/** Those of OpenTelemetry's own settings that are understood here; its exporter and resources read more of them. */
const telemetry = z.object({
  OTEL_SDK_DISABLED: z
    .string()
    .transform((text) => text.toLowerCase() === 'true')
    .default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional(),
  OTEL_TRACES_SAMPLER: oneOf('parentbased_always_on', 'parentbased_traceidratio').default(
    'parentbased_always_on',
  ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number({ error: SHARE }).min(0, SHARE).max(1, SHARE).default(1),
});

const KNOWN_LATER = ['CLAVIGER_REDIS_URL'];

/** Settings of the command line as a client. Whoever exports them for it may start the server too. */
const CLIENT_SETTINGS = ['CLAVIGER_URL', 'CLAVIGER_ROOT_KEY'];

/** Reads `CLAVIGER_…`. An empty value counts as not set. Throws `StartError` that lists every fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('CLAVIGER_') && value !== ''),
  );
  const parsed = environment.safeParse(given);
  const traced = telemetry.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  );
  const issues = [...(parsed.error?.issues ?? []), ...(traced.error?.issues ?? [])];
  const faults = [
    ...unknownNames(Object.keys(given)),
    ...issues.map(({ path, message }) => `${path.join('.')} ${message}`),
    ...(parsed.success ? combinedFaults(parsed.data) : []),
  ];
  if (!parsed.success || !traced.success || faults.length > 0) {
    throw new StartError(
      `The configuration is not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
  const { data } = parsed;
  return {
    host: data.CLAVIGER_HOST,
    port: data.CLAVIGER_PORT,
    database: data.CLAVIGER_DATABASE_URL,
    publicUrl: data.CLAVIGER_PUBLIC_URL ?? `http://localhost:${data.CLAVIGER_PORT}`,
    peppers: data.CLAVIGER_PEPPERS ?? null,
    rootKeyFile: data.CLAVIGER_ROOT_KEY_FILE ?? null,
    trustedProxies: data.CLAVIGER_TRUSTED_PROXIES,
    metricsToken: data.CLAVIGER_METRICS_TOKEN ?? null,
    logLevel: data.CLAVIGER_LOG_LEVEL,
    cacheCapacity: data.CLAVIGER_CACHE_KEYS,
    tracing: tracingOf(traced.data),
    githubKeysUrl: data.CLAVIGER_GITHUB_KEYS_URL,
    logPolicy: {
      enabled: data.CLAVIGER_REQUEST_LOGS === 'on',
      keepDays: data.CLAVIGER_REQUEST_LOG_DAYS,
      ips: data.CLAVIGER_REQUEST_LOG_IPS,
      userAgents: data.CLAVIGER_REQUEST_LOG_USER_AGENTS,
    },
    audit: {
      checkpoints: data.CLAVIGER_AUDIT_CHECKPOINTS ?? null,
      checkpointEvery: data.CLAVIGER_AUDIT_CHECKPOINT_EVERY,
      signingKeyFile: data.CLAVIGER_AUDIT_SIGNING_KEY_FILE ?? null,
    },
    notices: noticesConfig(data),
    oidc: oidcConfig(data),
  };
}

function noticesConfig(data: z.output<typeof environment>): NoticesConfig {
  const { CLAVIGER_SMTP_URL: smtpUrl, CLAVIGER_MAIL_FROM: from } = data;
  return {
    opened: data.CLAVIGER_WEBHOOK_ALLOW_PRIVATE,
    timeoutMs: data.CLAVIGER_WEBHOOK_TIMEOUT_SECONDS * 1_000,
    mail: smtpUrl === undefined || from === undefined ? null : { smtpUrl, from },
  };
}

function tracingOf(data: z.output<typeof telemetry>): TracingConfig | null {
  const base = data.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  const url = data.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base}/v1/traces`);
  if (url === undefined || data.OTEL_SDK_DISABLED) return null;
  const sampled = data.OTEL_TRACES_SAMPLER === 'parentbased_traceidratio';
  return { url, ratio: sampled ? data.OTEL_TRACES_SAMPLER_ARG : 1 };
}

/** A misspelt setting would otherwise be ignored without a word. */
function unknownNames(names: readonly string[]): string[] {
  return names
    .filter((name) => !(name in environment.shape) && !CLIENT_SETTINGS.includes(name))
    .map((name) =>
      KNOWN_LATER.includes(name)
        ? `${name} is for several servers on one database, which this version does not run; unset it`
        : `${name} is not a setting; the settings are ${Object.keys(environment.shape).join(', ')}`,
    );
}

function combinedFaults(data: z.output<typeof environment>): string[] {
  const faults: string[] = [];
  if (data.CLAVIGER_DATABASE_URL.type === 'postgres' && data.CLAVIGER_PEPPERS === undefined) {
    faults.push(
      'CLAVIGER_PEPPERS must be set with PostgreSQL: the pepper must not be in the database. Make one with: echo "1:$(openssl rand -base64 32)"',
    );
  }
  if (
    data.CLAVIGER_DATABASE_URL.type === 'postgres' &&
    data.CLAVIGER_AUDIT_CHECKPOINTS !== undefined &&
    data.CLAVIGER_AUDIT_SIGNING_KEY_FILE === undefined
  ) {
    faults.push(
      'CLAVIGER_AUDIT_SIGNING_KEY_FILE must be set for CLAVIGER_AUDIT_CHECKPOINTS with PostgreSQL. Make one with: (umask 077; openssl genpkey -algorithm ed25519 -out audit.key)',
    );
  }
  const { CLAVIGER_SMTP_URL: smtpUrl, CLAVIGER_MAIL_FROM: from } = data;
  if (smtpUrl !== undefined && from === undefined) {
    faults.push(
      'CLAVIGER_MAIL_FROM must be set with CLAVIGER_SMTP_URL: mails need a sender, such as Claviger <claviger@example.com>',
    );
  }
  if (from !== undefined && smtpUrl === undefined) {
    faults.push('CLAVIGER_MAIL_FROM is set, but CLAVIGER_SMTP_URL is not: there is no way to send');
  }
  return [...faults, ...oidcFaults(data)];
}

/** `2:base64,1:base64`, or one to a line. Answers what is wrong as text. */
export function parsePeppers(text: string): readonly Pepper[] | string {
  const entries = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => /^(\d{1,9}):([A-Za-z0-9+/]+={0,2})$/.exec(entry));
  if (entries.length === 0 || entries.includes(null)) {
    // The value is not repeated: it is a secret even when it is malformed.
    return 'must be versions with base64, such as 2:bmV3…,1:b2xk…';
  }
  const peppers = entries.map((match) => ({
    version: Number(match?.[1]),
    key: Buffer.from(match?.[2] ?? '', 'base64'),
  }));
  const short = peppers.find(({ key }) => key.length < 32);
  if (short !== undefined)
    return `version ${short.version} has less than 32 bytes; make one with: openssl rand -base64 32`;
  if (new Set(peppers.map(({ version }) => version)).size < peppers.length) {
    return 'names a version twice';
  }
  return peppers;
}

function addBlock(list: BlockList, entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix);
  if (!/^\d+$/.test(prefix ?? '0') || bits > (version === 4 ? 32 : 128)) return false;
  list.addSubnet(address, bits, family);
  return true;
}

/** https, or this machine. */
function isTrustworthy(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username + url.password !== '') return false;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
}
