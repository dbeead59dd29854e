import { nodeIo } from './node-io.ts';
import { runProgram } from './program.ts';

void runProgram(process.argv.slice(2), nodeIo()).then((code) => {
  // Not process.exit: what was printed must reach a slow reader first. Output that could not be written has already set a code, which success must not hide.
  process.exitCode = code === 0 ? (process.exitCode ?? 0) : code;
});
