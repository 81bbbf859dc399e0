import type { Problem } from '@claviger/contract';
import { bodyExamples } from './examples.ts';
import { codeSample, coloredJson, curlCommand } from './code-sample.ts';
import { type Html, html } from './html.ts';
import { commonProblemCodes } from './operation-problems.ts';
import { problemLink, problemList } from './problem-list.ts';
import { table } from './table.ts';

/** In the order of the page; the navigation lists them. */
export const conventionParts = [
  { id: 'authentication', title: 'Authentication' },
  { id: 'errors', title: 'Errors' },
  { id: 'rate-limits', title: 'Rate limits' },
  { id: 'everywhere', title: 'Changes that hold everywhere' },
  { id: 'repeating', title: 'Repeating a request' },
  { id: 'pagination', title: 'Pagination' },
  { id: 'request-ids', title: 'Request ids' },
  { id: 'times', title: 'Times' },
  { id: 'ids', title: 'Ids' },
] as const;

type PartId = (typeof conventionParts)[number]['id'];

export const conventionsSection = (publicUrl: string): Html =>
  html`<section id="conventions" aria-labelledby="conventions-title">
    <div class="section-head">
      <h2 id="conventions-title">Conventions</h2>
      <p>What holds for every operation.</p>
    </div>
    ${conventionParts.map(
      ({ id, title }) =>
        html`<div class="prose-part" id="${id}">
          <h3><a class="anchor" href="#${id}">${title}</a></h3>
          ${contents[id](publicUrl)}
        </div>`,
    )}
  </section>`;

const contents: Readonly<Record<PartId, (publicUrl: string) => Html>> = {
  authentication,
  errors,
  'rate-limits': rateLimits,
  everywhere,
  repeating,
  pagination,
  'request-ids': requestIds,
  times,
  ids,
};

function authentication(publicUrl: string): Html {
  return html`<p>
      Send the key in one of two headers: <code>Authorization: Bearer &lt;key&gt;</code> or
      <code>X-API-Key: &lt;key&gt;</code>. Two different keys at once are refused with
      ${problemLink('CONFLICTING_CREDENTIALS')}. A key in the query string is never read.
    </p>
    <p>
      A pair is presented as <code>pk_…:sk_…</code>. Its public half alone is refused in this
      version.
    </p>
    <p>
      These operations take a <em>root key</em>, and each names the permission the key must hold. A
      root key that is bound to one API or one organization sees nothing else: ids outside its
      bounds are answered as if they did not exist.
    </p>
    ${codeSample({
      caption: 'A harmless first request',
      code: html`${curlCommand({ method: 'GET', url: `${publicUrl}/v1/me`, keyVariable: 'CLAVIGER_ROOT_KEY', body: undefined })}`,
    })}
    ${table({
      className: 'cases',
      label: 'How a credential is refused',
      headings: ['Case', 'Status', 'Header'],
      rows: [
        ['No key presented', '401', html`<code>WWW-Authenticate: Bearer realm="claviger"</code>`],
        [
          'The key is unknown, revoked, disabled or expired',
          '401',
          html`<code>WWW-Authenticate: Bearer …, error="invalid_token"</code>`,
        ],
        [
          'The key lacks a permission',
          '403',
          html`<code
            >WWW-Authenticate: Bearer …, error="insufficient_scope", scope="keys:write"</code
          >`,
        ],
        [
          'Its rate limit or its credits are used up',
          '429',
          html`<code>Retry-After: 17</code>, <a href="#rate-limits"><code>RateLimit</code></a>`,
        ],
      ],
    })}`;
}

function errors(publicUrl: string): Html {
  const example: Problem = {
    type: `${publicUrl}/problems/invalid-request`,
    title: 'The request is not valid',
    status: 400,
    detail: '/name is required; /nmae is not a field of this request',
    code: 'INVALID_REQUEST',
    requestId: '0b6c2f7e-53b1-4b0e-9d6c-2f3a8f1e7c55',
    errors: [
      { pointer: '/name', message: 'is required' },
      { pointer: '/nmae', message: 'is not a field of this request' },
    ],
  };
  return html`<p>
      A refusal is a <a href="#object-Problem">problem document</a> (RFC 9457) with the content type
      <code>application/problem+json</code>. Branch on <code>code</code>, which never changes its
      meaning; show <code>detail</code> to people. The address in <code>type</code> explains the
      problem and its remedy. <a href="#problems">All problems</a> are listed below.
    </p>
    <p>
      Bodies are strict: an unknown field, a wrong type or a value out of range is refused, and
      <code>errors</code> lists every fault with a pointer to it.
    </p>
    ${codeSample({ caption: 'A problem', code: coloredJson(example) })}
    <p>
      An address that does not exist answers ${problemLink('ROUTE_NOT_FOUND')}, and a wrong method
      ${problemLink('METHOD_NOT_ALLOWED')} with an <code>Allow</code> header.
    </p>
    <h4 id="common-problems">Problems of every operation</h4>
    ${problemList(commonProblemCodes)}`;
}

function rateLimits(): Html {
  return html`<p>
      A root key may have rate limits and credits of its own. Every answer to a request that counts
      under its limits carries the headers <code>RateLimit-Policy</code> and
      <code>RateLimit</code> (IETF draft 10), with one member for each limit:
    </p>
    ${codeSample({ caption: 'Where a limit stands', code: html`${LIMIT_HEADERS}` })}
    <p>
      Any 60 seconds hold 60 requests; 42 are left, and more in 17 seconds. What is beyond is
      refused with ${problemLink('RATE_LIMITED')} or ${problemLink('QUOTA_EXCEEDED')}, and
      <code>Retry-After</code> says in whole seconds when to come back. It is left out where waiting
      does not help. Limits of the keys that are verified stand in the answer, as
      <a href="#object-RateLimitState"><code>rateLimits</code></a
      >. <code>/v1/me</code> counts under none.
    </p>`;
}

const LIMIT_HEADERS = 'RateLimit-Policy: "read";q=60;w=60\nRateLimit: "read";r=42;t=17';

function everywhere(): Html {
  return html`<p>
    Every change that affects verification answers with
    <a href="#object-Effective"><code>effective</code></a
    >. With <code>"everywhere": true</code>, no verification that begins after the answer uses what
    was there before, on any node. Otherwise <code>unreachable</code> names each node that could not
    be told, and the moment after which it stops answering.
  </p>`;
}

function repeating(publicUrl: string): Html {
  return html`<p>
      Who gets no answer cannot know whether a key was created. Operations that make something take
      the header <code>Idempotency-Key</code>, any 1–255 characters of printable ASCII that you make
      up for each request. Sent again with the same header and body, within 24 hours, the request
      gets its first answer again, with <code>Idempotency-Replayed: true</code> and a new
      <code>effective</code>, and does nothing. Refusals are not remembered: after one, the same
      header may be used again.
    </p>
    <p>
      A secret is given again for 10 minutes, and is encrypted until then under a key that only the
      header and the server’s pepper give; use headers nobody can guess. After that, a repeat
      answers ${problemLink('SECRET_NO_LONGER_AVAILABLE')}. With another body or at another address,
      the header is refused with ${problemLink('IDEMPOTENCY_KEY_REUSED')}; while the first request
      still runs, with ${problemLink('IDEMPOTENCY_IN_PROGRESS')}. Root keys do not share these
      headers.
    </p>
    ${codeSample({
      caption: 'A create that can be repeated',
      code: html`${repeatableCreate(publicUrl)}`,
    })}`;
}

const repeatableCreate = (publicUrl: string): string =>
  curlCommand({
    method: 'POST',
    url: `${publicUrl}/v1/keys`,
    keyVariable: 'CLAVIGER_ROOT_KEY',
    headers: ['Idempotency-Key: 6c1c5ba4-4b0a-4f3e-9a5e-0d6f7a2f1f3c'],
    body: bodyExamples.createKey,
  });

function pagination(): Html {
  return html`<p>
    Lists answer <code>{ "data": […], "nextCursor": … }</code>, newest first unless another order is
    asked for. Pass <code>nextCursor</code> as <code>cursor</code> for the next page; it is
    <code>null</code> on the last one. <code>limit</code> is 1–200, by default 50.
  </p>`;
}

function requestIds(): Html {
  return html`<p>
    Every answer carries <code>X-Request-Id</code>, and problems repeat it as
    <code>requestId</code>. Send your own with the request and it is taken over. Quote it when you
    report something: the log has it too.
  </p>`;
}

function times(): Html {
  return html`<p>
    Times are ISO 8601 in UTC with milliseconds: <code>2026-11-21T09:30:00.000Z</code>. Requests may
    use any offset. Durations carry their unit in their name: <code>overlapSeconds</code>,
    <code>maxDays</code>.
  </p>`;
}

function ids(): Html {
  return html`<p>
      Ids that Claviger makes say what they name and sort by age: <code>key_…</code> for a key,
      <code>sec_…</code> for one of its secrets. They are made of letters and digits after the
      underscore, upper and lower case.
    </p>
    <p>
      Ids of organizations, owners and resources are your platform’s own: 1–128 characters of
      <code>A–Z a–z 0–9 _ . : @ -</code>. An <code>apiId</code> is yours to choose as well: up to 63
      of <code>a–z 0–9 _ -</code>, beginning with a letter or digit.
    </p>`;
}
