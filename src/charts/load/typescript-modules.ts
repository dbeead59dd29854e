import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

interface Question {
  readonly id: number;
  readonly url: string;
}

type Answer = { readonly id: number; readonly source: string } | { readonly id: number; readonly problem: string };

/**
 * What node runs in its thread for hooks. The source is asked of the main thread, which has the transformer in its bundle. A relative import is looked for as the
 * compilers of TypeScript do: `./x.js` may be `./x.ts`, and `./x` may be `./x.ts` or `./x/index.ts`.
 */
const hooks = `
let port;
let asked = 0;
const waiting = new Map();
function initialize(data) {
  port = data.port;
  port.on('message', (answer) => { waiting.get(answer.id)(answer); waiting.delete(answer.id); });
}
async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^\\.{0,2}\\//.test(specifier) && !specifier.startsWith('file:')) throw error;
    const others = [specifier.replace(/\\.([mc]?)js$/, '.$1ts'), specifier + '.ts', specifier + '/index.ts'];
    for (const other of others) {
      if (other === specifier) continue;
      try { return await next(other, context); } catch {}
    }
    throw error;
  }
}
async function load(url, context, next) {
  if (!/\\.m?ts([?#]|$)/.test(url)) return next(url, context);
  const answer = await new Promise((resolved) => {
    asked += 1;
    waiting.set(asked, resolved);
    port.postMessage({ id: asked, url });
  });
  if (answer.problem !== undefined) throw new SyntaxError(answer.problem);
  return { format: 'module', source: answer.source, shortCircuit: true };
}
export { initialize, load, resolve };
`;

let ready: MessagePort | null = null;

/** Does `work`, in which modules of TypeScript can be imported: types are taken away, enums and the like become code; nothing is type checked. */
export async function withTypeScript<Result>(work: () => Promise<Result>): Promise<Result> {
  ready ??= await prepare();
  ready.ref();
  try {
    return await work();
  } finally {
    ready.unref();
  }
}

/** Once in a process: what is registered stays. */
async function prepare(): Promise<MessagePort> {
  // The default of a CommonJS package is all that it exports, in node and in the bundle alike.
  const { transform } = (await import('sucrase')).default;
  const { port1, port2 } = new MessageChannel();
  const answer = async ({ id, url }: Question): Promise<Answer> => {
    try {
      const source = await readFile(fileURLToPath(url), 'utf8');
      const { code } = transform(source, { transforms: ['typescript'], disableESTransforms: true, filePath: fileURLToPath(url) });
      return { id, source: code };
    } catch (error) {
      return { id, problem: error instanceof Error ? error.message : String(error) };
    }
  };
  port1.on('message', (question: Question) => {
    void answer(question).then((message) => port1.postMessage(message));
  });
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { port: port2 }, transferList: [port2] });
  return port1;
}
