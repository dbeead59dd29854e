/** A zod schema as JSON Schema. Imported by this name alone: an `import('zod')` would put all of zod, 500 KiB, on the start path of every verb. */
export { toJSONSchema } from 'zod';
