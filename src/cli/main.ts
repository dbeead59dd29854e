import { nodeIo } from './node-io.ts';
import { keepNurserySmall } from './nursery.ts';
import { runProgram } from './program.ts';

keepNurserySmall();
// Not process.exit: what was printed must reach a slow reader first.
const code = await runProgram(process.argv.slice(2), nodeIo());
// Output that could not be written has already set a code, which success must not hide.
process.exitCode = code === 0 ? (process.exitCode ?? 0) : code;
