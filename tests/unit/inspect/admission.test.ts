import { describe, expect, it } from 'vitest';
import { judgeRequest } from '../../../src/inspect/admission.ts';

const door = { port: 4000, token: 'word' };
const knock = { method: 'GET', url: '/word/', host: '127.0.0.1:4000', origin: undefined };

describe('admission', () => {
  it.each([
    ['the page', {}, { room: 'page' }],
    ['the stream', { url: '/word/stream' }, { room: 'stream' }],
    ['its own page in a browser', { url: '/word/stream', origin: 'http://127.0.0.1:4000' }, { room: 'stream' }],
  ])('lets in to %s', (_, more, verdict) => expect(judgeRequest({ ...knock, ...more }, door)).toEqual(verdict));

  it.each([
    ['another word', { url: '/wore/stream' }, 404],
    ['the beginning of the word', { url: '/wor/' }, 404],
    ['no word', { url: '/' }, 404],
    ['no path', { url: undefined }, 404],
    ['a path below', { url: '/word/stream/more' }, 404],
    ['an unknown room', { url: '/word/else' }, 404],
    ['the word alone', { url: '/word' }, 404],
    ['another page', { origin: 'https://example.org' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['the inspector itself', { origin: 'https://stately.ai' }, 403],
    ['another name of this machine', { host: 'localhost:4000' }, 403],
    ['no name', { host: undefined }, 403],
    ['another method', { method: 'POST' }, 405],
  ])('refuses %s', (_, more, status) => expect(judgeRequest({ ...knock, ...more }, door)).toEqual({ status }));
});
