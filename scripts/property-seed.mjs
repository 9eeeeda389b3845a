// Property tests draw the same inputs on every run, so that a red build is somebody's change and not chance.
// PROPERTY_SEED=random (or a number) looks elsewhere.
import { configureGlobal } from 'fast-check';

const seed = process.env.PROPERTY_SEED ?? '20261120';
if (seed !== 'random') configureGlobal({ seed: Number(seed) });
