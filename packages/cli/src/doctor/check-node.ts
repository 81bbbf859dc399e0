import { fail, ok, type Finding } from './finding.ts';

const OLDEST = 24;

export function checkNode(version = process.versions.node): Finding {
  if (Number(version.split('.')[0]) >= OLDEST) return ok('node', `Node ${version}`);
  return fail('node', `Node ${version} is too old`, `Install Node ${OLDEST} or newer.`);
}
