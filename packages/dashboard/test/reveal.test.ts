import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestServer } from '../../server/test/harness/test-server.ts';
import { expectCalm, useBrowser, type OpenedPage } from './harness/browser.ts';
import { definePlatform, fillFields, fillForm, send } from './harness/create-key.ts';
import { KEYS, setUpOperator, startPages, takeSecret } from './harness/pages.ts';

const browser = useBrowser();

describe('a key that is shown once', () => {
  let server: TestServer;
  let storageState: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
  let opened: OpenedPage;
  let page: Page;
  beforeAll(async () => {
    server = await startPages();
    await definePlatform(server);
    const first = await browser.open(server.url);
    await setUpOperator(first.page, server);
    storageState = await first.page.context().storageState();
  });
  beforeEach(async () => {
    opened = await browser.open(server.url, { storageState });
    ({ page } = opened);
  });
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const shown = () => page.getByRole('alertdialog', { name: 'Store your key now' });

  /** Everything that the tab holds: its objects and texts, also those that nothing shows any more. */
  const memory = async (): Promise<string> => {
    const session = await page.context().newCDPSession(page);
    const chunks: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    await session.detach();
    return chunks.join('');
  };

  /** Everything that could keep it once the dialog is closed, the network and memory included. */
  const whereIs = async (secret: string, after: () => Promise<void>): Promise<string[]> => {
    const answers: Promise<string>[] = [];
    page.on('response', (response) => answers.push(response.text().catch(() => '')));
    const requests: string[] = [];
    page.on('request', (request) => requests.push(`${request.url()} ${request.postData() ?? ''}`));
    const inMemory = await memory();
    await after();
    const places: Record<string, string> = {
      memory: inMemory,
      document: await page.content(),
      storage: await page.evaluate<string>(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, name])',
      ),
      databases: await page.evaluate<string>(
        'Promise.all([indexedDB.databases(), caches.keys()]).then(JSON.stringify)',
      ),
      addresses: opened.addresses.join(),
      requests: requests.join(),
      answers: (await Promise.all(answers)).join(),
      complaints: opened.complaints.join(),
      log: server.logLines.join(),
    };
    // Whatever is looked for has to be findable.
    expect(places['databases']).toBe('[[],[]]');
    return Object.keys(places).filter((place) => places[place]?.includes(secret));
  };

  test('is nowhere once it is stored: not in memory, document, storage, history, network or log', async () => {
    await fillForm(page, 'Nightly export');
    await send(page);
    const secret = await shown().locator('code').first().innerText();
    expect(secret).toMatch(/^plt_[0-9A-Za-z]{48}$/);
    expect(await memory()).toContain(secret);
    expect(await takeSecret(page)).toBe(secret);
    await page.getByRole('link', { name: 'Nightly export' }).waitFor();
    const found = await whereIs(secret, async () => {
      await page.getByRole('link', { name: 'Nightly export' }).click();
      await page.getByRole('heading', { name: 'Secrets' }).waitFor();
      await page.goBack();
      await page.goBack();
      await page.reload();
    });
    expect(found).toEqual([]);
    expectCalm(opened, server.url);
  });

  test('is nowhere after a rotation either', async () => {
    await fillForm(page, 'Rotated export');
    await send(page);
    await takeSecret(page);
    await page.getByRole('link', { name: 'Rotated export' }).click();
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Rotate' }).click();
    const secret = await takeSecret(page);
    await page.getByRole('heading', { name: 'Secrets' }).waitFor();
    expect(await whereIs(secret, () => page.reload().then(() => undefined))).toEqual([]);
  });

  test('has the focus, and keeps it from the page behind', async () => {
    await fillForm(page, 'Read by keyboard');
    await send(page);
    await shown().waitFor();
    const isInside = () =>
      page.evaluate<boolean>("document.activeElement.closest('[role=alertdialog]') !== null");
    expect(await isInside()).toBe(true);
    for (let turn = 0; turn < 14; turn += 1) {
      await page.keyboard.press('Tab');
      expect(await isInside()).toBe(true);
    }
    await takeSecret(page);
  });

  test('is not left by mistake: not by Escape, by going back, or with the tab', async () => {
    await page.goto(KEYS);
    await page.getByRole('link', { name: 'Create key' }).click();
    await fillFields(page, 'Kept export');
    await send(page);
    await page.keyboard.press('Escape');
    expect(await shown().getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    await page.evaluate('history.back()');
    await shown().getByRole('alert').getByText('Store the key first').waitFor();
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.evaluate('setTimeout(() => location.reload())');
    await expect.poll(() => asked).toEqual(['beforeunload']);
    await takeSecret(page);
    await page.getByRole('link', { name: 'Kept export' }).waitFor();
    // Nothing is at stake any more.
    await page.reload();
    expect(asked).toHaveLength(1);
  });

  test('is copied, and where the browser forbids that, selected', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await fillForm(page, 'Copied export');
    await send(page);
    await shown().getByRole('button', { name: 'Copy Key' }).click();
    await shown().getByText('Copied').first().waitFor();
    const secret = await shown().locator('code').first().innerText();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret);
    await page.evaluate(
      "navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))",
    );
    await shown().getByRole('button', { name: 'Copy bash' }).click();
    await shown().getByText('copy it by hand').waitFor();
    expect(await page.evaluate('String(getSelection())')).toBe(
      `export PLATFORM_API_KEY='${secret}'`,
    );
    await page.evaluate("navigator.clipboard.writeText('')").catch(() => undefined);
    await takeSecret(page);
  });
});

describe('the lines that a program takes a key with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-lines-'));
  const echo = createServer(({ headers }, response) =>
    response.end(headers.authorization ?? 'none'),
  );
  let server: TestServer;
  let address: string;
  let secret: string;
  let lines: Record<string, string>;
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      echo.listen(0, '127.0.0.1', resolve);
    });
    address = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/`;
    server = await startPages();
    await definePlatform(server);
    const { page } = await browser.open(server.url);
    await setUpOperator(page, server);
    await fillForm(page, 'Line reader');
    await page.getByRole('radio', { name: 'Public and secret key' }).check();
    await send(page);
    const dialog = page.getByRole('alertdialog', { name: 'Store your key now' });
    await dialog.waitFor();
    const [closed, open] = await dialog.locator('[data-copied] > code').allInnerTexts();
    secret = `${open}:${closed}`;
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Download as .env' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('platform.env');
    await download.saveAs(join(folder, '.env'));
    lines = {};
    for (const tab of await dialog.getByRole('tab').all()) {
      await tab.click();
      lines[await tab.innerText()] = await dialog.getByRole('tabpanel').locator('pre').innerText();
    }
    await takeSecret(page);
  });
  afterAll(async () => {
    vi.useRealTimers();
    echo.close();
    rmSync(folder, { recursive: true, force: true });
    await server.stop();
  });

  /** What it says when it has run to its end without a word of complaint. */
  const run = async (command: string, args: readonly string[]): Promise<string> => {
    // The variable comes from the lines alone.
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(command, args, { env: { PATH, HOME }, cwd: folder });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
    }
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    expect([code, said]).toEqual([0, said]);
    return said.trim();
  };
  const here = (name: string): string =>
    (lines[name] ?? '').replaceAll('https://api.example.com/', address);
  const node = process.execPath;

  test('bash sets the variable that curl reads', async () => {
    expect(
      await run('bash', ['-c', `${lines['bash']}\n${here('curl').replace('curl', 'curl -sS')}`]),
    ).toBe(`Bearer ${secret}`);
  });

  test('JavaScript reads it', async () => {
    const script = `${here('JavaScript')}\nconsole.log(await answer.text());`;
    const quoted = `${lines['bash']}\n"$0" --input-type=module -e "$1"`;
    expect(await run('bash', ['-c', quoted, node, script])).toBe(`Bearer ${secret}`);
  });

  test('Python reads it', async () => {
    const script = `${here('Python')}\nprint(answer.decode())`;
    const quoted = `${lines['bash']}\npython3 -c "$0"`;
    expect(await run('bash', ['-c', quoted, script])).toBe(`Bearer ${secret}`);
  });

  test('the downloaded file sets it', async () => {
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(`PLATFORM_API_KEY=${secret}\n`);
    const script = `${here('JavaScript')}\nconsole.log(await answer.text());`;
    const said = await run(node, ['--env-file=.env', '--input-type=module', '-e', script]);
    expect(said).toBe(`Bearer ${secret}`);
  });

  test('PowerShell and C#, which cannot be run here, are word for word as their manuals have it', () => {
    expect(lines['PowerShell']).toBe(`$env:PLATFORM_API_KEY = '${secret}'`);
    expect(lines['C#']).toBe(
      [
        'using var client = new HttpClient();',
        'client.DefaultRequestHeaders.Authorization =',
        '    new("Bearer", Environment.GetEnvironmentVariable("PLATFORM_API_KEY"));',
        'var answer = await client.GetStringAsync("https://api.example.com/");',
      ].join('\n'),
    );
  });

  test('no line but those that set the variable holds the key', () => {
    const holding = Object.keys(lines).filter((name) => lines[name]?.includes(secret));
    expect(holding).toEqual(['bash', 'PowerShell']);
  });
});
