import { nodeIo } from './node-io.ts';
import { keepNurserySmall } from './nursery.ts';
import { runProgram } from './program.ts';

keepNurserySmall();
// Not process.exit: what was printed must reach a slow reader first.
process.exitCode = await runProgram(process.argv.slice(2), nodeIo());
