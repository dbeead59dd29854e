/** A language, and what its files hold that those of the others with the same extension do not. */
interface Mark {
  readonly language: string;
  readonly pattern: RegExp;
}

/* Every pattern stands at the start of a line and has no repetition inside a repetition: the contents are a stranger's. */
const marks: Readonly<Record<string, readonly Mark[]>> = {
  '.h': [
    { language: 'Objective-C', pattern: /^[ \t]*@(?:interface|protocol|class|property|end|import)\b|^[ \t]*#import\b/m },
    {
      language: 'C++',
      pattern:
        /^[ \t]*(?:class[ \t]+\w+|namespace\b|template[ \t]*<|using[ \t]+\w|(?:public|private|protected):|#include <(?:vector|string|memory|map|iostream|utility|cstdint|functional)>)/m,
    },
  ],
  '.m': [
    {
      language: 'Objective-C',
      pattern: /^[ \t]*(?:@(?:interface|implementation|protocol|class|end|import)\b|#import\b|#include\b)/m,
    },
    { language: 'Mercury', pattern: /^:- module\b/m },
    { language: 'Wolfram Language', pattern: /^[ \t]*\(\*|^(?:BeginPackage|Begin|Needs)\[/m },
    { language: 'MATLAB', pattern: /^[ \t]*(?:function\b|classdef\b|%|end;?[ \t]*$)/m },
  ],
  '.pl': [
    { language: 'Prolog', pattern: /^[ \t]*:-|^[a-z]\w*\([^)\n]*\)[ \t]*(?::-|\.[ \t]*$)/m },
    { language: 'Raku', pattern: /^[ \t]*(?:use v6\b|unit (?:module|class)\b)/m },
    { language: 'Perl', pattern: /^[ \t]*(?:use (?:strict|warnings|v?5)\b|package[ \t]+\w|my[ \t(]|sub[ \t]+\w|#!.*perl)/m },
  ],
  '.pro': [
    { language: 'Prolog', pattern: /^[ \t]*:-|^[a-z]\w*\([^)\n]*\)[ \t]*:-/m },
    { language: 'Proguard', pattern: /^-(?:keep|dontwarn|dontobfuscate|optimizations)\b/m },
    { language: 'QMake', pattern: /^[ \t]*(?:QT|TEMPLATE|TARGET|SOURCES|HEADERS|CONFIG)[ \t]*[+*-]?=/m },
    { language: 'IDL', pattern: /^[ \t]*(?:pro|function)[ \t]+\w+/im },
  ],
  '.v': [
    { language: 'Rocq Prover', pattern: /^[ \t]*(?:Require|Theorem|Lemma|Proof|Qed|Definition|Inductive|Fixpoint|From)\b/m },
    {
      language: 'Verilog',
      pattern: /^[ \t]*(?:module[ \t]+\w+[ \t]*[#(;]|endmodule|`(?:timescale|include|define)|always\b|assign\b)/m,
    },
    { language: 'V', pattern: /^(?:pub[ \t]+)?(?:fn|struct|enum|interface)[ \t]+\w|^module[ \t]+\w+[ \t]*$/m },
  ],
  '.ts': [{ language: 'XML', pattern: /^(?:<\?xml\b|<!DOCTYPE TS\b|<TS\b)/m }],
  '.pp': [
    { language: 'Pascal', pattern: /^[ \t]*(?:unit|program|uses|interface|implementation)\b[^{\n]*;?[ \t]*$/im },
    { language: 'Puppet', pattern: /^[ \t]*(?:class|define|node|include|package|file|service)\b/m },
  ],
  '.d': [
    { language: 'Makefile', pattern: /^[^\s:]+\.(?:o|lo|rmeta|rlib|dep)[ \t]*:/m },
    { language: 'DTrace', pattern: /^(?:#pragma D option|\w+:\w*:\w*:\w*)/m },
    { language: 'D', pattern: /^[ \t]*(?:module|import)[ \t]+[\w.]+/m },
  ],
  '.fs': [
    { language: 'GLSL', pattern: /^[ \t]*(?:#version\b|precision\b|uniform\b|varying\b|void[ \t]+main\b)/m },
    { language: 'F#', pattern: /^[ \t]*(?:module|namespace|open|let|type|#light)\b/m },
  ],
  '.cls': [
    { language: 'TeX', pattern: /^[ \t]*\\(?:NeedsTeXFormat|ProvidesClass|LoadClass)\b/m },
    { language: 'Visual Basic 6.0', pattern: /^VERSION 1\.0 CLASS/m },
    { language: 'Apex', pattern: /^[ \t]*(?:(?:public|private|global)[ \t]+|@isTest\b)/im },
  ],
  '.tpl': [
    { language: 'Go Template', pattern: /\{\{-?[ \t]*(?:define|include|template|if|range|with|end|\.|\$|\/\*)/ },
    { language: 'Smarty', pattern: /\{(?:\*|\$\w|\/?(?:if|foreach|include|block|extends)\b)/ },
  ],
  '.inc': [
    { language: 'PHP', pattern: /^<\?(?:php|=)?/m },
    { language: 'C++', pattern: /^[ \t]*#(?:include|define|ifdef|ifndef)\b/m },
  ],
};

/** Whether the contents tell the languages of an extension apart at all. */
export function isToldByContents(extension: string): boolean {
  return Object.hasOwn(marks, extension);
}

/** The language that the start of a file shows; null where it shows none. */
export function languageOfContents(extension: string, start: string): string | null {
  return marks[extension]?.find(({ pattern }) => pattern.test(start))?.language ?? null;
}
