/** Debian's Chromium, and what keeps it from asking anybody anything. */
export const EXECUTABLE = '/usr/bin/chromium';
export const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
