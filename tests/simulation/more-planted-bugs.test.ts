import { expectFound } from './expect-found.ts';

await expectFound(1, 2);
