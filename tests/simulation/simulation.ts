export { flipBits } from './flip-bits.ts';
export { plantedBugs } from './planted-bugs.ts';
export { regressions } from './regressions.ts';
export { huntBug, simulateLives } from './simulate-lives.ts';
export { simulateRun } from './simulated-run.ts';
