export { createFakeEngine, usableStatus } from './fake-engine.ts';
export type { FakeEngine, FakeStage } from './fake-engine.ts';
export type { FakeBox } from './fake-box.ts';
export { openRealEngine, whyNoRealEngine } from './real-engine.ts';
export type { RealEngine } from './real-engine.ts';
