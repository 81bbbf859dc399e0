import type { Page } from 'playwright-core';

export interface PageLoad {
  /** Script as it was sent: compressed. */
  readonly scriptBytes: number;
  /** From the beginning of the navigation until a key can be opened. */
  readonly interactiveMs: number;
  /** The sum of all shifts that nobody caused by what they did. */
  readonly layoutShift: number;
}

/** A list of keys, as a table or as cards. */
const KEY = 'tbody th a, main li a';

/** In the page, before everything else: notes when the first key is there and what moves. */
const WATCH = `
  window.watched = { interactiveMs: null, layoutShift: 0 };
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) {
      if (!hadRecentInput) window.watched.layoutShift += value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  new MutationObserver((_, observer) => {
    if (document.querySelector(${JSON.stringify(KEY)}) === null) return;
    observer.disconnect();
    // After it was painted, when the page has time for whoever clicks.
    requestAnimationFrame(() => setTimeout(() => { window.watched.interactiveMs = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });`;

/** Loads a list of keys with nothing in the browser's cache, and waits until nothing more happens. */
export async function loadKeys(page: Page, path: string): Promise<PageLoad> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Network.enable');
  await devTools.send('Network.setCacheDisabled', { cacheDisabled: true });
  /** What the headers of each took. */
  const scripts = new Map<string, number>();
  let scriptBytes = 0;
  devTools.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script') scripts.set(requestId, response.encodedDataLength);
  });
  devTools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const headerBytes = scripts.get(requestId);
    if (headerBytes !== undefined) scriptBytes += encodedDataLength - headerBytes;
  });
  await page.addInitScript(WATCH);
  await page.goto(path);
  await page.locator(KEY).first().waitFor();
  await page.waitForLoadState('networkidle');
  const watched = await page.evaluate<Omit<PageLoad, 'scriptBytes'>>('window.watched');
  await devTools.detach();
  return { ...watched, scriptBytes };
}
