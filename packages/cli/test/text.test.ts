import { describe, expect, test } from 'vitest';
import { cutToWidth, plainLine, textWidth, wrapToWidth } from '../src/text/plain-text.ts';
import { fields } from '../src/text/fields.ts';
import { Table } from '../src/text/table.ts';
import {
  durationText,
  fullTime,
  parseDuration,
  parseTime,
  relativeTime,
} from '../src/text/times.ts';

const now = Date.parse('2026-11-21T09:30:00.000Z');
const at = (ms: number) => new Date(now + ms).toISOString();
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

describe('times', () => {
  test.each([
    [-3 * DAY, '3 days ago'],
    [-90 * MINUTE, '1 hour ago'],
    [-20 * SECOND, 'just now'],
    [20 * SECOND, 'within a minute'],
    [DAY - 2 * SECOND, 'in 1 day'],
    [7 * DAY, 'in 7 days'],
    [-400 * DAY, '1 year ago'],
    [2 * HOUR, 'in 2 hours'],
  ])('%i ms from now is "%s"', (ms, text) => {
    expect(relativeTime(at(ms), now)).toBe(text);
  });

  test('are exact where there is room', () => {
    expect(fullTime(at(-HOUR), now)).toBe('1 hour ago (2026-11-21 08:30:00 UTC)');
  });

  test.each([
    ['2026-12-31', '2026-12-31T00:00:00.000Z'],
    ['2026-12-31T18:00Z', '2026-12-31T18:00:00.000Z'],
    ['2026-12-31T18:00:05+02:00', '2026-12-31T16:00:05.000Z'],
    ['2026-02-30', undefined],
    ['2026-12-31T18:00', undefined],
    ['2026-12-31T25:00Z', undefined],
    ['tomorrow', undefined],
  ])('are read: %s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  test.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [60, '1 minute'],
    [90, '1 minute 30 seconds'],
    [7_200, '2 hours'],
    [90_061, '1 day 1 hour 1 minute 1 second'],
  ])('%i seconds are "%s"', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test.each([
    ['30m', 30 * MINUTE],
    ['24h', DAY],
    ['2w', 14 * DAY],
    ['5', undefined],
    ['1.5h', undefined],
    ['-1d', undefined],
  ])('durations are read: %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('text', () => {
  test.each([
    ['plain', 5],
    ['café', 4],
    ['cafe\u0301', 4],
    ['日本', 4],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
  ])('"%s" takes %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  test('is cut where it fits', () => {
    expect(cutToWidth('abcdef', 6)).toBe('abcdef');
    expect(cutToWidth('abcdef', 4)).toBe('abc…');
    expect(cutToWidth('日本語', 5)).toBe('日本…');
  });

  test('is broken at spaces, and words stay whole', () => {
    expect(wrapToWidth('one, two, three', 9)).toEqual(['one, two,', 'three']);
    expect(wrapToWidth('a longer_than_that b', 6)).toEqual(['a', 'longer_than_that', 'b']);
    expect(wrapToWidth('日本 日本 日本', 9)).toEqual(['日本 日本', '日本']);
    expect(wrapToWidth('sec_1  int_…  current', 15)).toEqual(['sec_1  int_…', 'current']);
    expect(wrapToWidth('', 4)).toEqual(['']);
  });

  test('goes on below a label, where there is room beside it', () => {
    const origins = [['Origins', 'shop.example.com, www.example.com']] as const;
    const below = 'Origins  shop.example.com,\n         www.example.com';
    expect(fields(origins, 30)).toBe(below);
    expect(fields(origins, 20)).toBe('Origins  shop.example.com, www.example.com');
  });

  test('shows what would drive a terminal', () => {
    expect(plainLine('a\u001b[31mb\nc\u202ed')).toBe(String.raw`a\u{1b}[31mb\u{a}c\u{202e}d`);
  });
});

describe('a table', () => {
  const table = new Table<{ id: string; name: string; note: string }>([
    { heading: 'ID', text: ({ id }) => id },
    { heading: 'NAME', text: ({ name }) => name, minWidth: 6 },
    { heading: 'NOTE', text: ({ note }) => note, minWidth: 4, expendable: 1 },
  ]);
  table.add({ id: 'key_1', name: 'Production', note: 'what it is for' });
  table.add({ id: 'key_2', name: '日本', note: '' });

  test('is as wide as it needs to be', () => {
    expect(table.render(80)).toBe(
      'ID     NAME        NOTE\nkey_1  Production  what it is for\nkey_2  日本',
    );
  });

  test('cuts the widest, then leaves out what is expendable, and never an id', () => {
    expect(table.render(26)).toBe('ID     NAME      NOTE\nkey_1  Product…  what it…\nkey_2  日本');
    expect(table.render(16)).toBe('ID     NAME\nkey_1  Producti…\nkey_2  日本');
    expect(table.render(5)).toBe('ID     NAME\nkey_1  Produ…\nkey_2  日本');
  });
});
