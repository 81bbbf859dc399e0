export { lastCheckpoint } from './audit/last-checkpoint.ts';
export { readSigningKey, signingKeyFileOf } from './audit/signing-key.ts';
export { readConfig, type Config } from './config.ts';
export { createLog } from './log.ts';
export { openClaviger, serve, type ServeOptions, type Serving } from './serve.ts';
export { VERSION } from './version.ts';
