import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { ARGUMENTS, EXECUTABLE } from './chromium.ts';

export interface OpenedPage {
  readonly page: Page;
  /** What the page complained of: faults, and what its policy forbade. */
  readonly complaints: string[];
  /** Of every request that it sent. */
  readonly addresses: string[];
}

/** One browser for the tests of a file. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
  });
  afterAll(() => browser.close());
  return {
    /** In a context of its own: nobody is signed in. */
    async open(url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
      const context = await browser.newContext({ baseURL: url, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const [complaints, addresses]: [string[], string[]] = [[], []];
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => {
        // The browser's own line about an answer that is no success says nothing new.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
          complaints.push(message.text());
        }
      });
      page.on('request', (request) => addresses.push(request.url()));
      return { page, complaints, addresses };
    },
  };
}

/** Nothing went wrong on the page, and it asked nobody but its own server. */
export function expectCalm({ complaints, addresses }: OpenedPage, url: string): void {
  expect(complaints).toEqual([]);
  const foreign = addresses.filter(
    (address) => !address.startsWith(`${url}/`) && !address.startsWith('blob:'),
  );
  expect(foreign).toEqual([]);
}
