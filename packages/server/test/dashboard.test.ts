import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer } from './harness/test-server.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly expr: string }[];
}

const file = new URL('../../../deploy/grafana/claviger.json', import.meta.url);
const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: readonly Panel[] };
const charts = panels.filter(({ type }) => type !== 'row');

test('every series of the dashboard is one that the server has', async () => {
  const server = await startTestServer();
  await defineApi(server, 'interact');
  await verify(server, (await createTestKey(server)).secret);
  const { text } = await expectStatus(200, server.call('GET', '/metrics', { key: null }));
  const served = new Set([...text.matchAll(/^(\w+)[ {]/gm)].map(([, name]) => name));
  // A counter with labels has no series before there is something to count.
  for (const [, name] of text.matchAll(/^# TYPE (\w+)/gm)) served.add(name);
  const asked = charts.flatMap(({ targets = [] }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(?:claviger|nodejs|process)_\w+/g) ?? []),
  );
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((name) => !served.has(name))).toEqual([]);
  const families = [...text.matchAll(/^# TYPE (claviger_\w+)/gm)].map(([, name = '']) => name);
  const shown = (name: string) => asked.some((series) => series.startsWith(name));
  // It is what the variables of the dashboard are made from.
  expect(families.filter((name) => !shown(name))).toEqual(['claviger_build_info']);
  await server.stop();
});

test('its panels say what they show and do not overlap', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { title, type, description = '', gridPos, targets = [] } of panels) {
    expect(title).not.toBe('');
    if (type !== 'row')
      expect([title, description !== '', targets.length > 0]).toEqual([title, true, true]);
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.has(`${x} ${y}`), `${title} lies over another panel`).toBe(false);
        taken.add(`${x} ${y}`);
      }
    }
  }
});
