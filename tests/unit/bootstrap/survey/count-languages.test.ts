import { describe, expect, it } from 'vitest';
import { countLanguages } from '../../../../src/bootstrap/survey/languages/count-languages.ts';
import { scanProject } from '../../../../src/bootstrap/survey/scan-project.ts';
import { makeTree } from './tree.ts';

function languages(files: Readonly<Record<string, string | Buffer>>): Record<string, number> {
  const { shares } = countLanguages(scanProject(makeTree(files)));
  return Object.fromEntries(shares.map(({ language, fileCount }) => [language, fileCount]));
}

function languageOf(name: string, contents: string): string | undefined {
  return Object.keys(languages({ [name]: contents }))[0];
}

describe('languages', () => {
  it('are shares of the bytes of all files in a language, the most first', () => {
    const root = makeTree({
      'a.py': 'x'.repeat(600),
      'b.py': 'x'.repeat(100),
      'c.tf': 'x'.repeat(200),
      'd.md': 'x'.repeat(100),
      'e.unknownext': 'x',
    });
    expect(countLanguages(scanProject(root)).shares).toEqual([
      { language: 'Python', kind: 'programming', bytes: 700, fileCount: 2, percentage: 70 },
      { language: 'HCL', kind: 'programming', bytes: 200, fileCount: 1, percentage: 20 },
      { language: 'Markdown', kind: 'prose', bytes: 100, fileCount: 1, percentage: 10 },
    ]);
  });

  it.each([
    ['Makefile', 'all:\n', 'Makefile'],
    ['Dockerfile', 'FROM x', 'Dockerfile'],
    ['x.TS', 'let a;', 'TypeScript'],
    ['x.tsx', 'let a;', 'TypeScript'],
    ['qt_de.ts', '<?xml version="1.0"?>\n<!DOCTYPE TS>', 'XML'],
    ['x.sql', 'select 1', 'SQL'],
    ['x.md', '# A', 'Markdown'],
    ['x.rs', 'fn main() {}', 'Rust'],
    ['x.h', 'int f(void);', 'C'],
    ['x.h', 'namespace a {}', 'C++'],
    ['x.h', '@interface A', 'Objective-C'],
    ['x.m', 'function y = f(x)', 'MATLAB'],
    ['x.m', '#import <A.h>', 'Objective-C'],
    ['x.pl', 'use strict;', 'Perl'],
    ['x.pl', ':- module(a, []).', 'Prolog'],
    ['x.v', 'module a(input b);', 'Verilog'],
    ['x.v', 'Theorem a : b.', 'Rocq Prover'],
    ['x.tpl', '{{- include "a" . }}', 'Go Template'],
    ['run', '#!/bin/sh\n', 'Shell'],
    ['run', '#!/usr/bin/env -S python3.11 -u\n', 'Python'],
    ['run', '#! /usr/bin/env node\n', 'JavaScript'],
    ['run', 'plain', undefined],
    ['data.bin', 'plain', undefined],
  ])('of %s with %j: %s', (name, contents, language) => {
    expect(languageOf(name, contents)).toBe(language);
  });

  it('of a name that contents do not decide follow the rest of the tree, then the most used', () => {
    expect(languages({ 'a.h': '', 'b.h': 'x', 'c.cpp': 'int main() {}' })).toEqual({ 'C++': 3 });
    expect(languages({ 'b.h': 'x' })).toEqual({ C: 1 });
  });

  it('do not count what others wrote, tools made and every project carries', () => {
    const aside = [
      'vendor/a.go',
      'x/third_party/a.c',
      'dist/a.js',
      'a.min.js',
      'a_pb2.py',
      'package-lock.json',
      'LICENSE',
      'LICENSE-MIT.txt',
      'gradlew',
    ];
    expect(languages({ ...Object.fromEntries(aside.map((file) => [file, 'x'])), 'a.rb': 'x' })).toEqual({ Ruby: 1 });
  });

  it('follow .gitattributes: the last line that fits decides', () => {
    const attributes = [
      '# comment',
      '*.js linguist-vendored',
      'own.js -linguist-vendored',
      '*.inc linguist-language=php',
      'docs/** linguist-documentation',
      'vendor/mine/* linguist-vendored=false',
      '*.gen.py linguist-generated',
    ];
    const files = ['a.js', 'own.js', 'a.inc', 'docs/conf.py', 'docs/a.md', 'vendor/mine/a.go', 'a.gen.py'];
    expect(
      languages({ ...Object.fromEntries(files.map((file) => [file, 'x'])), '.gitattributes': attributes.join('\n') }),
    ).toMatchObject({
      JavaScript: 1,
      PHP: 1,
      Markdown: 1,
      Go: 1,
    });
  });

  it('of data and prose count at most 64 KiB a file, so that one data set does not hide the code', () => {
    const root = makeTree({ 'a.csv': 'x'.repeat(300_000), 'a.py': 'x'.repeat(64 * 1024) });
    expect(countLanguages(scanProject(root)).shares.map(({ percentage }) => percentage)).toEqual([50, 50]);
  });

  it('are none in a tree without any', () => {
    expect(languages({})).toEqual({});
    expect(languages({ 'empty.py': '' })).toEqual({});
  });
});
